(* Loaded when the library is: the smallest proof in what was recorded of each theorem, as forward steps, spelled in
   the parser's final state (which differs from that in which most of the library was read). *)

type fwd_goal = (term list * term) list * term;;

module Fwd_goals = Map.Make(struct type t = fwd_goal let compare = Stdlib.compare end);;

let plain_goal ((assumptions,conclusion) : goal) : fwd_goal = map (fun (_,th) -> dest_thm th) assumptions,conclusion;;

let unsupported_cost = 50;;

let cost_of number = if (Hashtbl.find Fwd_record.atoms number).Fwd_record.problem = "" then 1 else unsupported_cost;;

let numbered proof =
  let numbers = ref Fwd_goals.empty and count = ref 0 in
  let number goal =
    let goal = plain_goal goal in
    try Fwd_goals.find goal !numbers with Not_found ->
    let fresh = !count in
    incr count;
    numbers := Fwd_goals.add goal fresh !numbers;
    fresh in
  let root = number ([],proof.proof_statement) in
  let edge { edge_goal = g; edge_atom = atom; edge_subgoals = subgoals } = number g,atom,map number subgoals in
  let edges = Array.of_list (map edge proof.proof_edges) in
  let goals = Array.make !count ([],proof.proof_statement) in
  Fwd_goals.iter (fun goal number -> goals.(number) <- goal) !numbers;
  root,edges,goals;;

let unreached = max_int / 4;;

(* The cheapest edge of each goal, by rounds until nothing improves. *)
let cheapest edges count =
  let cost = Array.make count unreached and best = Array.make count (-1) in
  let improve number (goal,atom,subgoals) =
    let total = itlist (fun one sum -> min unreached (cost.(one) + sum)) subgoals (cost_of atom) in
    if total < cost.(goal) then (cost.(goal) <- total; best.(goal) <- number; true) else false in
  let rec rounds () =
    let improved = ref false in
    Array.iteri (fun number edge -> if improve number edge then improved := true) edges;
    if !improved then rounds () in
  rounds ();
  best;;

(* Steps (goal, atom, places of the steps before that give its subgoals), leaves first. *)
let forward proof =
  let root,edges,goals = numbered proof in
  let best = cheapest edges (Array.length goals) in
  let place = Array.make (Array.length goals) (-1) and steps = ref [] in
  let rec visit goal =
    if place.(goal) < 0 then
      (if best.(goal) < 0 then failwith "incomplete" else
       let _,atom,subgoals = edges.(best.(goal)) in
       do_list visit subgoals;
       place.(goal) <- length !steps;
       steps := (goals.(goal),atom,map (fun one -> place.(one)) subgoals) :: !steps) in
  visit root;
  rev !steps;;

let piece_text numbers quotations piece =
  match piece with
    Fwd_record.Verbatim text -> text
  | Fwd_record.Quotation(place,original) ->
      (* Where types are left open, what the author wrote is all there is. *)
      let as_written () =
        (try check_text original with Fwd_expr.Bad(_,message) -> failwith message);
        Fwd_lex.spaced original in
      "` " ^ (try spell (el place quotations) with Fwd_expr.Bad(_,_) -> as_written ()) ^ " `"
  | Fwd_record.Lemma site ->
      (try "#L" ^ string_of_int (Hashtbl.find numbers site) with Not_found -> failwith "unrecorded lemma");;

let atom_text numbers number =
  let atom = Hashtbl.find Fwd_record.atoms number in
  (if atom.Fwd_record.problem <> "" then failwith atom.Fwd_record.problem);
  let quotations = (try Hashtbl.find fwd_quotations number with Not_found -> []) in
  String.concat " " (map (piece_text numbers quotations) atom.Fwd_record.pieces);;

let unnumbers list = String.concat " " (map string_of_int list);;

let rows_of numbers proof =
  let steps = forward proof in
  let sequent (assumptions,conclusion) = map snd assumptions,conclusion in
  let terms = flat (map (fun (goal,_,_) -> let asl,w = sequent goal in w::asl) steps) in
  let theta = named_types terms in
  let row (goal,atom,places) =
    let assumptions,conclusion = sequent goal in
    let spelling = spell_sequent (map (inst theta) assumptions,inst theta conclusion) in
    "step\t" ^ unnumbers places ^ "\t" ^ atom_text numbers atom ^ "\t" ^ spelling in
  map row steps;;

let problem_of error =
  match error with
    Fwd_expr.Bad(code,_) -> code
  | Failure message -> message
  | _ -> "failed";;

let extract path =
  let out = open_out_bin path in
  let numbers = Hashtbl.create 1000 and total = length !fwd_proofs in
  let one number proof =
    let site = Hashtbl.find Fwd_record.sites proof.proof_site in
    let head = String.concat "\t" [string_of_int number; site.Fwd_record.name; site.Fwd_record.file;
                                   string_of_int site.Fwd_record.line] in
    (match (try Ok (rows_of numbers proof) with error -> Error (problem_of error)) with
       Ok rows -> do_list (fun line -> output_string out (line ^ "\n")) (("proof\t" ^ head) :: rows)
     | Error problem -> output_string out ("left\t" ^ head ^ "\t" ^ problem ^ "\n"));
    Hashtbl.replace numbers proof.proof_site number;
    if number mod 20 = 0 then Printf.printf "\nfwd-extracted %d %d\n%!" number total in
  List.iteri one (rev !fwd_proofs);
  output_string out "end\n";
  close_out out;;
