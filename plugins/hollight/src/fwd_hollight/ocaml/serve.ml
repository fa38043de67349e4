(* What a worker answers. Every request is judged within limits of processor time; every answer is "ok" with results,
   or "no" with a code and a message. *)

let contexts : (string, context) Hashtbl.t = Hashtbl.create 100;;

let numbers text = map int_of_string (filter (fun word -> word <> "") (String.split_on_char ' ' text));;

let words_of text = filter (fun word -> word <> "") (String.split_on_char ' ' text);;

let unnumbers list = String.concat " " (map string_of_int list);;

(* How many spelled goals there are in a request, then the rest. *)
let spelled_goal goal hypotheses = spell_sequent goal :: map spell_sequent hypotheses;;

let rec check_rows fields =
  match fields with
    kind::statement::premises::uses::text::others ->
      (kind,statement,numbers premises,numbers uses,text) :: check_rows others
  | [] -> []
  | _ -> refuse "request" "an incomplete fact";;

let answer request =
  match request with
    ["hello"; chars] ->
      longest_text := int_of_string chars;
      [string_of_int (Unix.getpid ())]
  | "canonical"::goal::hypotheses -> spelled_goal (read_sequent goal) (map read_sequent hypotheses)
  | "key"::goal::hypotheses ->
      whole_shape (read_sequent goal) :: map (shape o discharged o read_sequent) hypotheses
  | "goal"::key::before::forbidden::goal::hypotheses ->
      let context = new_context before (words_of forbidden) (read_sequent goal) (map read_sequent hypotheses) in
      Hashtbl.replace contexts key context;
      [string_of_int context.count]
  | ["step"; key; facts; premises; text; statement] ->
      let context = (try Hashtbl.find contexts key with Not_found -> refuse "request" "no such goal") in
      let number,spelling,used = step context (numbers facts) (numbers premises) text statement in
      [string_of_int number; spelling; unnumbers used]
  | "check"::before::forbidden::goal::count::fields ->
      let hypotheses,rows = chop_list (int_of_string count) fields in
      check_proof before (words_of forbidden) goal hypotheses (check_rows rows);
      []
  | ["axioms"] -> axiom_rows ()
  | ["theorems"; names] -> map theorem_row (words_of names)
  | ["listing"; kind] -> listing kind
  | ["state"] -> [state ()]
  | _ -> refuse "request" "no such request";;

let longest_message = 300;;

let no code message = ["no"; code; String.sub message 0 (min longest_message (String.length message))];;

let judged seconds request =
  try "ok" :: Fwd_wire.limited seconds (fun () -> answer request) with
    Fwd_wire.Timeout -> no "timeout" "the step takes too long"
  | Fwd_expr.Bad(code,message) -> no code message
  | Failure message -> no "fails" message
  | Stack_overflow -> no "stack" "the step recurses too deeply"
  | Out_of_memory -> no "memory" "the step takes too much memory"
  | Fwd_wire.Closed -> raise Fwd_wire.Closed
  | error -> no "fails" (Printexc.to_string error);;

let worker fd =
  let rec loop () =
    (match Fwd_wire.receive fd with
       seconds::request -> Fwd_wire.send fd (judged (float_of_string seconds) request)
     | [] -> raise Fwd_wire.Closed);
    loop () in
  loop ();;
