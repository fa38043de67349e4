(* How terms are written out, with more or fewer type annotations. The printer writes a variable's name as it is, so a
   variable whose name is a text stands for that text. *)

let print_text =
  let buffer = Buffer.create 1000 in
  let formatter = Format.formatter_of_buffer buffer in
  Format.pp_set_margin formatter 1000000;
  Format.pp_set_max_indent formatter 900000;
  Format.pp_set_max_boxes formatter 0;
  fun tm ->
    Buffer.clear buffer;
    pp_print_term formatter tm;
    Format.pp_print_flush formatter ();
    Fwd_lex.spaced (Buffer.contents buffer);;

(* A string is a list of characters, which are constants like any other: written as that, texts of terms need no
   literals. *)
let rec without_literals tm =
  match tm with
    Const("ASCII",ty) -> mk_var("ASCII",ty)
  | Const("NIL",(Tyapp("list",[Tyapp("char",[])]) as ty)) -> mk_var("([]:(char)list)",ty)
  | Comb(Comb(Const("CONS",_) as cons,first),(Const("NIL",_) as nil)) -> mk_comb(mk_comb(cons,without_literals first),nil)
  | Comb(f,x) -> let f' = without_literals f in mk_comb(f',without_literals x)
  | Abs(v,body) -> mk_abs(v,without_literals body)
  | _ -> tm;;

let print_plainly tm =
  let text = print_text tm in
  if String.contains text '"' then print_text (without_literals tm) else text;;

let is_operator name =
  is_reserved_word name || is_prefix name || parses_as_binder name || can get_infix_status name;;

let in_brackets text = "(" ^ text ^ ")";;

let with_type text ty = mk_var (in_brackets (text ^ " :" ^ string_of_type ty), ty);;

let annotated name ty = with_type (if is_operator name then in_brackets name else name) ty;;

let annotated_variable v = let name,ty = dest_var v in annotated name ty;;

let annotated_whole tm = with_type (print_plainly tm) (type_of tm);;

(* A closed application of an overloaded constant, such as a numeral of the reals, which no variable's type determines. *)
let is_overloaded name = exists (fun (_,(meaning,_)) -> meaning = name) (!the_interface);;

let has_own_type tm =
  match tm with
    Comb(Const(name,_),_) -> is_overloaded name && frees tm = [] && not (can dest_fun_ty (type_of tm))
  | _ -> false;;

(* level 0: as it is; 1: the first of each free variable and the leading quantifiers' variables carry their types;
   2: all binders' variables too; 3: polymorphic constants too; 4: and what is closed and overloaded. *)
let annotate level tm =
  let seen = ref [] in
  let binder leading v = if level >= 2 || leading then annotated_variable v else v in
  let rec go leading bound tm =
    match tm with
      Var(name,ty) ->
        if mem tm bound || mem tm !seen then tm else (seen := tm :: !seen; annotated name ty)
    | Const(name,ty) ->
        if level >= 3 && not (is_operator name) && type_vars_in_term (mk_mconst(name,get_const_type name)) <> []
        then annotated name ty else tm
    | Comb(Const("!",_) as quantifier,Abs(v,body)) when leading ->
        let body' = go true (v::bound) body in
        mk_comb(quantifier,mk_abs(binder true v,body'))
    | Comb(_,_) when level >= 4 && has_own_type tm -> annotated_whole tm
    | Comb(f,x) -> let f' = go false bound f in mk_comb(f',go false bound x)
    | Abs(v,body) -> let body' = go false (v::bound) body in mk_abs(binder false v,body') in
  if level = 0 then tm else go true [] tm;;

(* Other names of bound variables: none that means another variable in its scope, and none that is no word, but for the
   variable of a set, which is not written unless the set is `bare`. *)
let is_free_word name =
  Fwd_lex.tokens name = [name] && isalpha name && not (is_operator name) && not (can get_const_type name)
  && not (exists (fun (symbol,_) -> symbol = name) (!the_interface));;

let is_of_set name = String.length name > 4 && String.sub name 0 4 = "GEN%";;

let rec apart bare tm =
  match tm with
    Comb(f,x) -> let f' = apart bare f in mk_comb(f',apart bare x)
  | Abs(v,body) ->
      let body = apart bare body and name,ty = dest_var v in
      let names = map (fst o dest_var) in
      let good = is_free_word name || not bare && is_of_set name in
      if good && not (mem name (names (subtract (frees body) [v]))) then mk_abs(v,body) else
      let taken = names (variables body) in
      let rec fresh name = if mem name taken then fresh (name ^ "'") else name in
      let v' = mk_var(fresh (if is_free_word name then name else "pvar"),ty) in
      mk_abs(v',vsubst [v',v] body)
  | _ -> tm;;

(* The symbol that a constant is written with, and the type of that symbol wherever it stands. *)
let symbol_of name ty =
  try fst (find (fun (_,(meaning,general)) -> meaning = name && can (type_match general ty) []) (!the_interface))
  with Failure _ -> name;;

let general_type name symbol =
  match filter (fun (one,_) -> one = symbol) (!the_interface) with
    [_,(_,ty)] -> ty
  | [] -> get_const_type name
  | _ -> assoc symbol (!the_overload_skeletons);;

(* Whether the types of its arguments determine that of an application. *)
let settled name ty args =
  let rec go found args ty =
    match args with
      [] -> subset (tyvars ty) found
    | _::others -> let domain,range = dest_fun_ty ty in go (union (tyvars domain) found) others range in
  try go [] args (general_type name (symbol_of name ty)) with Failure _ -> false;;

(* The ends of lists and enumerations. *)
let is_written_without head arg =
  match head,arg with
    Const("CONS",_),Const("NIL",_) | Const("INSERT",_),Const("EMPTY",_) -> true
  | _ -> false;;

(* Every type is said where nothing below determines it: those of variables at their binders, or all through a set or a
   pattern that shows no binders; those of free variables once; those of constants that stand alone; and those of
   applications that say more than their arguments. *)
let annotate_fully tm =
  let seen = ref [] in
  let rec go env tm =
    match tm with
      Var(_,_) ->
        (try assoc tm env with Failure _ ->
         if mem tm !seen then tm else (seen := tm :: !seen; annotated_variable tm))
    | Comb(Const("GSPEC",_) as set,Abs(v,body)) ->
        let hidden,inner = strip_exists body in
        let news = filter (fun one -> not (can (assoc one) env) && not (mem one !seen)) (frees tm) in
        seen := news @ !seen;
        let shown = map (fun one -> one,annotated_variable one) (hidden @ news) in
        let inner' = go (shown @ (v,v)::env) inner in
        mk_comb(set,mk_abs(v,list_mk_exists(map (fun one -> assoc one shown) hidden,inner')))
    | Abs(v,body) -> let body' = go ((v,v)::env) body in mk_abs(annotated_variable v,body')
    | Comb(Const("GABS",_) as set,Abs(v,body)) ->
        let hidden,inner = strip_forall body in
        let shown = map (fun one -> one,annotated_variable one) hidden in
        let inner' = go (shown @ (v,v)::env) inner in
        mk_comb(set,mk_abs(v,list_mk_forall(map snd shown,inner')))
    | _ when is_numeral tm -> tm
    | _ ->
        let head,args = strip_comb tm in
        let args' = map (fun arg -> if is_written_without head arg then arg else go env arg) args in
        match head with
          Const("UNIV",_) -> tm
        | Const(name,ty) when args = [] -> if settled name ty [] then tm else annotated (symbol_of name ty) ty
        | Const(name,ty) ->
            let symbol = symbol_of name ty in
            let head' = if is_prefix symbol && length args > 1 then annotated symbol ty else head in
            let whole = list_mk_comb(head',args') in
            if settled name ty args then whole else
            let text = print_plainly whole in
            with_type (if is_operator symbol then in_brackets text else text) (type_of whole)
        | _ -> let head' = go env head in list_mk_comb(head',args') in
  go [] tm;;

(* Nothing but application and abstraction, with the type of each name. *)
let annotate_bare tm =
  let rec go tm =
    match tm with
      Var(_,_) -> annotated_variable tm
    | Const(name,ty) -> annotated (if can (assoc name) (!the_interface) then symbol_of name ty else name) ty
    | Abs(v,body) -> let body' = go body in mk_abs(annotated_variable v,body')
    | Comb(_,_) when is_numeral tm -> mk_var(string_of_num (dest_numeral tm),type_of tm)
    | Comb(f,x) -> let f' = go f in mk_comb(f',go x) in
  go tm;;

(* Texts of a term, in the order in which they are tried. *)
let texts tm =
  let light = map annotate (0--4) in
  let written ways change () = let tm' = change tm in map (fun way () -> print_plainly (way tm')) ways in
  [written light I; written (light @ [annotate_fully]) (apart false);
   written (light @ [annotate_fully; annotate_bare]) (apart true)];;
