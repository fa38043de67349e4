(* Loaded right after the tactics: what atoms of tactics did to goals, proof by proof. *)

type fwd_edge = { edge_goal : goal; edge_atom : int; edge_subgoals : goal list };;

type fwd_proof = { proof_site : int; proof_statement : term; proof_edges : fwd_edge list };;

let fwd_proofs : fwd_proof list ref = ref [];;

(* Edges of the proofs that are under way, the innermost first. *)
let fwd_open : fwd_edge list ref list ref = ref [];;

let fwd_quotations : (int, term list) Hashtbl.t = Hashtbl.create 10000;;

let fwd_record number quotations (tac : tactic) : tactic =
  (if not (Hashtbl.mem fwd_quotations number) then Hashtbl.replace fwd_quotations number quotations);
  fun g ->
    let ((metavariables,_),subgoals,_) as state = tac g in
    (match !fwd_open with
       edges::_ when metavariables = [] ->
         edges := { edge_goal = g; edge_atom = number; edge_subgoals = subgoals } :: !edges
     | _ -> ());
    state;;

let fwd_prove site (f : term * tactic -> thm) (statement,tac) =
  let edges = ref [] and around = !fwd_open in
  fwd_open := edges :: around;
  match (try Ok (f (statement,tac)) with error -> Error error) with
    Error error -> fwd_open := around; raise error
  | Ok th ->
      fwd_open := around;
      fwd_proofs := { proof_site = site; proof_statement = statement; proof_edges = rev !edges } :: !fwd_proofs;
      (if length !fwd_proofs mod 50 = 0 then Printf.printf "\nfwd-recorded %d\n%!" (length !fwd_proofs));
      th;;

Fwd_record.install ();;
