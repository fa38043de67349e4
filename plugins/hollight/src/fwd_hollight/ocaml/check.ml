(* The check of a whole proof, apart from search: each fact is made again from exactly the theorems that it names, and
   what counts in the end is HOL Light's theorem. *)

let checked_fact world given theorem (kind,statement,premises,uses,text) =
  let assumptions,conclusion = read_sequent statement in
  let premises = map theorem premises and uses = map theorem uses in
  let th =
    if kind = "rule" then rule_value (world premises) text else
    let tac : tactic = Obj.obj (Fwd_expr.value (world premises) !tactic_type text) in
    let (metavariables,_),subgoals,justification = tac (as_goal (assumptions,conclusion)) in
    if metavariables <> [] || length subgoals <> length uses
    then refuse "mismatch" "other subgoals than the facts that it names"
    else justification null_inst uses in
  if aconv (concl th) conclusion && forall (fun one -> exists (aconv one) (assumptions @ given)) (hyp th)
  then in_names_of conclusion th else refuse "mismatch" "the step proves something else";;

let check_proof before forbidden goal hypotheses steps =
  let assumptions,conclusion = read_sequent goal in
  let axioms_before = axioms () and definitions_before = definitions () in
  let assumed = map (assume o read_sequent) hypotheses in
  let given = map fst assumed in
  do_list known_name forbidden;
  let world = world (order_before before) forbidden in
  let proved = Array.append (Array.of_list (map snd assumed)) (Array.make (length steps) TRUTH) in
  let rec go number steps =
    match steps with
      [] -> ()
    | one::others ->
        let theorem place = if 0 <= place && place < number then proved.(place) else refuse "premises" "no such fact" in
        proved.(number) <-
          (try checked_fact world given theorem one with
             Fwd_expr.Bad(code,message) -> refuse code ("fact " ^ string_of_int number ^ ": " ^ message)
           | Failure message -> refuse "fails" ("fact " ^ string_of_int number ^ ": " ^ message));
        go (number + 1) others in
  go (length assumed) steps;
  let says th =
    aconv (concl th) conclusion && forall (fun one -> exists (aconv one) (assumptions @ given)) (hyp th) in
  (if not (exists says (Array.to_list proved)) then refuse "unproved" "no theorem says the goal");
  (if axioms () != axioms_before || definitions () != definitions_before
   then refuse "unsound" "axioms or definitions changed");;
