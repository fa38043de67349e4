(* The check of a whole proof, apart from search: each fact is made again from exactly the theorems that it names, and
   what counts in the end is HOL Light's theorem. *)

let checked_fact world given proved (kind,statement,premises,uses,text) =
  let assumptions,conclusion = read_sequent statement in
  let theorem number = el number proved in
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
  let rec go number proved steps =
    match steps with
      [] -> proved
    | one::others ->
        let th =
          (try checked_fact world given proved one with
             Fwd_expr.Bad(code,message) -> refuse code ("fact " ^ string_of_int number ^ ": " ^ message)
           | Failure message -> refuse "fails" ("fact " ^ string_of_int number ^ ": " ^ message)) in
        go (number + 1) (proved @ [th]) others in
  let proved = go (length assumed) (map snd assumed) steps in
  let says th =
    aconv (concl th) conclusion && forall (fun one -> exists (aconv one) (assumptions @ given)) (hyp th) in
  (if not (exists says proved) then refuse "unproved" "no theorem says the goal");
  (if axioms () != axioms_before || definitions () != definitions_before
   then refuse "unsound" "axioms or definitions changed");;
