(* Steps on facts, for search. A context is one goal with the facts that were derived for it; which of them a graph has
   is said with each step, so that many graphs share one context. *)

type fact = { theorem : thm; sequent : term list * term };;

type context = {
  goal : term list * term;
  given : term list;  (* what theorems may assume beside the assumptions of their sequents: the hypotheses *)
  world_of : thm list -> Obj.t Fwd_expr.world;
  mutable facts : fact array;
  mutable count : int };;

let type_of_value name =
  match Fwd_names.look_up name with
    Some known -> known.Fwd_names.scheme
  | None -> failwith ("HOL Light has no " ^ name);;

let thm_type = Fwd_expr.Con("thm",[]);;

let tactic_type = ref thm_type;;

(* Functions that steps may name; theorems may all be named. *)
let functions : (string, unit) Hashtbl.t = Hashtbl.create 1000;;

(* Called once the files of the library are known. *)
let allow names definitions =
  do_list (fun name -> Hashtbl.replace functions name ()) names;
  do_list (fun (name,file,line) -> Fwd_names.defined_at name file line) definitions;
  tactic_type := type_of_value "ALL_TAC";;

let is_theorem scheme = (scheme = thm_type);;

let allowed name =
  match Fwd_names.find name with
    Some known when Hashtbl.mem functions name -> Some known
  | Some known when is_theorem known.Fwd_names.scheme && known.Fwd_names.order <> Fwd_names.outside -> Some known
  | _ -> None;;

let world before forbidden theorems : Obj.t Fwd_expr.world =
  let lookup name =
    match allowed name with
      None -> refuse "unknown" (name ^ " is nothing that a step may name")
    | Some known ->
        let late = (match before with Some limit -> known.Fwd_names.order >= limit | None -> false) in
        if late || mem name forbidden then refuse "forbidden" (name ^ " may not be used here")
        else known.Fwd_names.scheme,known.Fwd_names.value in
  { Fwd_expr.lookup = lookup;
    fact = (fun place -> Obj.repr (try el place theorems with Failure _ -> refuse "premises" "no such premise"));
    term = (fun text -> check_text text; Obj.repr (try parse_term text with Noparse -> refuse "syntax" "no term"));
    hol_type = (fun text -> check_text text; Obj.repr (try parse_type text with Noparse -> refuse "syntax" "no type")) };;

let order_before name =
  if name = "" then None else
  match Fwd_names.find name with
    Some known when known.Fwd_names.order <> Fwd_names.outside -> Some known.Fwd_names.order
  | _ -> refuse "unknown-name" ("there is no " ^ name);;

let is_library name =
  match Fwd_names.find name with
    Some known -> known.Fwd_names.order <> Fwd_names.outside
  | None -> false;;

let known_name name =
  if not (is_library name) then refuse "unknown-name" ("there is no " ^ name);;

let add_fact context fact =
  (if context.count = Array.length context.facts then
     context.facts <- Array.append context.facts (Array.make (context.count + 64) fact));
  context.facts.(context.count) <- fact;
  context.count <- context.count + 1;
  context.count - 1;;

(* A hypothesis that is a sequent is assumed as the implication that it stands for. *)
let assume (assumptions,conclusion) =
  let whole = discharged (assumptions,conclusion) in
  whole,rev_itlist (fun assumption th -> MP th (ASSUME assumption)) assumptions (ASSUME whole);;

let new_context before forbidden goal hypotheses =
  let limit = order_before before in
  do_list known_name forbidden;
  let assumed = map (fun one -> one,assume one) hypotheses in
  let given = map (fun (_,(whole,_)) -> whole) assumed in
  let context =
    { goal = goal; given = given; world_of = world limit forbidden; facts = [||]; count = 0 } in
  do_list (fun (one,(_,th)) -> ignore (add_fact context { theorem = th; sequent = one })) assumed;
  context;;

let fact_of context number =
  if number >= 0 && number < context.count then context.facts.(number) else refuse "premises" "no such fact";;

let covered hypotheses context = forall (fun one -> exists (aconv one) hypotheses || exists (aconv one) context.given);;

let discharge context numbers (assumptions,conclusion) =
  let hypotheses = flat (map (fun (_,th) -> concl th :: hyp th) assumptions) in
  let fits number =
    let th = context.facts.(number).theorem in
    aconv (concl th) conclusion && covered hypotheses context (hyp th) in
  try find fits numbers with Failure _ ->
  let missing = string_of_term conclusion in
  refuse "missing" ("no fact says " ^ String.sub missing 0 (min 200 (String.length missing)));;

let as_goal (assumptions,conclusion) : goal = map (fun tm -> "",ASSUME tm) assumptions,conclusion;;

(* Run a tactic on the sequent that a step states, take facts for its subgoals, and let its justification make the
   theorem out of theirs. *)
let by_tactic context numbers premises text sequent =
  let value = Fwd_expr.value (context.world_of premises) !tactic_type text in
  let tac : tactic = Obj.obj value in
  let (metavariables,_),subgoals,justification = tac (as_goal sequent) in
  (if metavariables <> [] then refuse "metavariables" "the tactic leaves metavariables");
  let used = map (discharge context numbers) subgoals in
  let th = justification null_inst (map (fun number -> context.facts.(number).theorem) used) in
  let assumptions,conclusion = sequent in
  (if not (aconv (concl th) conclusion) then refuse "invalid" "the tactic proves something else");
  (if not (covered assumptions context (hyp th)) then refuse "invalid" "the tactic assumes more");
  th,used;;

let rule_value world text =
  let th : thm = Obj.obj (Fwd_expr.value world thm_type text) in
  match named_types (concl th :: hyp th) with [] -> th | theta -> INST_TYPE theta th;;

let by_rule context premises text =
  let th = rule_value (context.world_of premises) text in
  let assumptions = filter (fun one -> not (exists (aconv one) context.given)) (hyp th) in
  th,(assumptions,concl th);;

(* The theorem with the conclusion as it is read, names of bound variables included. *)
let in_names_of conclusion th = if concl th = conclusion then th else EQ_MP (ALPHA (concl th) conclusion) th;;

(* The goal in other names of bound variables is the goal. *)
let spelled_as_goal context (th,sequent) =
  th,if same_sequent sequent context.goal then context.goal else sequent;;

let largest_term = ref 4000;;

let rec size tm =
  match tm with Comb(f,x) -> size f + size x | Abs(_,body) -> 1 + size body | _ -> 1;;

let step context numbers premises text statement =
  let theorems = map (fun number -> (fact_of context number).theorem) premises in
  do_list (fun number -> ignore (fact_of context number)) numbers;
  let (th,sequent),used =
    if statement = "" then spelled_as_goal context (by_rule context theorems text),[]
    else
      let sequent = read_sequent statement in
      let th,used = by_tactic context numbers theorems text sequent in
      spelled_as_goal context (th,sequent),used in
  (if itlist (fun tm total -> size tm + total) (snd sequent :: fst sequent) 0 > !largest_term
   then refuse "too-long" "the statement is too large");
  (if exists (fun number -> same_sequent sequent context.facts.(number).sequent) numbers
   then refuse "duplicate" "this is a fact already");
  (* What the fact is depends on its text alone, whichever worker made it. *)
  let spelling = spell_sequent sequent in
  let sequent = read_sequent spelling in
  let number = add_fact context { theorem = in_names_of (snd sequent) th; sequent = sequent } in
  number,spelling,premises @ used;;
