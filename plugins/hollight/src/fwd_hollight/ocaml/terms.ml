(* Terms and sequents as text. A term's canonical spelling is HOL Light's printed form, its tokens separated by single
   spaces, with the fewest type annotations that make it parse back, without invented types, to the same term up to
   names of bound variables. *)

type_invention_warning := false;;

(* No comments in terms: where one ends depends on the ends of lines. *)
comment_token := Resword "";;

let refuse code message = raise (Fwd_expr.Bad (code, message));;

let strictly action =
  let before = !type_invention_error in
  let set value = type_invention_error := value in
  set true;
  match (try Ok (action ()) with error -> Error error) with
    Ok value -> set before; value
  | Error error -> set before; raise error;;

(* What is read again and again: the texts of facts. *)
let read_terms : (string, term) Hashtbl.t = Hashtbl.create 1000;;

let most_read = 20000;;

let remember text tm =
  (if Hashtbl.length read_terms >= most_read then Hashtbl.reset read_terms);
  Hashtbl.replace read_terms text tm;;

(* What may be read at all. HOL Light reads the very text that was written, white space included. *)
let check_text text =
  (if Fwd_lex.has_control text then refuse "syntax" "a control character");
  if mem "//" (Fwd_lex.tokens text) then refuse "syntax" "a comment (//): leave it out";;

let read_strictly text =
  check_text text;
  try strictly (fun () -> parse_term text) with
    Failure message -> refuse "syntax" message
  | Noparse -> refuse "syntax" "no term"
  | Not_found -> refuse "syntax" "no term";;

let print_plainly =
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

let is_operator name =
  is_reserved_word name || is_prefix name || parses_as_binder name || can get_infix_status name;;

(* The printer writes a variable's name as it is, so a name may carry a type. *)
let annotated name ty =
  let name = if is_operator name then "(" ^ name ^ ")" else name in
  mk_var ("(" ^ name ^ ":" ^ string_of_type ty ^ ")", ty);;

(* A closed application of an overloaded constant, such as a numeral of the reals, which no variable's type determines. *)
let is_overloaded name = exists (fun (_,(meaning,_)) -> meaning = name) (!the_interface);;

let has_own_type tm =
  match tm with
    Comb(Const(name,_),_) -> is_overloaded name && frees tm = [] && not (can dest_fun_ty (type_of tm))
  | _ -> false;;

let annotated_whole tm = mk_var ("(" ^ print_plainly tm ^ ":" ^ string_of_type (type_of tm) ^ ")",type_of tm);;

(* level 0: as it is; 1: the first of each free variable and the leading quantifiers' variables carry their types;
   2: all binders' variables too; 3: polymorphic constants too; 4: and what is closed and overloaded. *)
let annotate level tm =
  let seen = ref [] in
  let binder leading v =
    let name,ty = dest_var v in
    if level >= 2 || leading then annotated name ty else v in
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

let system_variable name =
  String.length name > 1 && String.get name 0 = '_' && isnum (String.sub name 1 1);;

let system_type ty = String.get (dest_vartype ty) 0 = '?';;

(* Type variables that the parser made up get ordinary names, in order of occurrence; theta for `inst`. *)
let named_types terms =
  let variables = itlist (fun tm found -> union (type_vars_in_term tm) found) terms [] in
  let made_up,others = partition system_type variables in
  let free = filter (fun name -> not (mem (mk_vartype name) others))
               (explode "ABCDEFGHIJKLMNOPQRSTUVWXYZ" @ map (fun n -> "T" ^ string_of_int n) (1--40)) in
  (if length made_up > length free then refuse "system-names" "too many made-up types");
  zip (map mk_vartype (fst (chop_list (length made_up) free))) made_up;;

(* Names that HOL Light makes up depend on what was done before, so no statement may contain them. *)
let rec names_from_system tm =
  match tm with
    Var(name,_) -> system_variable name
  | Const(_,_) -> false
  | Comb(f,x) -> names_from_system f || names_from_system x
  | Abs(v,body) -> names_from_system v || names_from_system body;;

let parses_to text tm =
  try aconv (strictly (fun () -> parse_term text)) tm with Failure _ | Noparse | Not_found -> false;;

let longest_text = ref 20000;;

let spell tm =
  (if names_from_system tm || exists system_type (type_vars_in_term tm)
   then refuse "system-names" "names that HOL Light made up");
  let rec from level =
    if level > 4 then refuse "spelling" "no spelling reads back as this term" else
    let text = print_plainly (annotate level tm) in
    if String.length text > !longest_text then refuse "too-long" "the term is too long" else
    (* What was read from this very text needs no second reading. *)
    let known = (try Hashtbl.find read_terms text == tm with Not_found -> false) in
    if known || parses_to text tm then text else from (level + 1) in
  let text = from 0 in
  (if String.contains text '"' || mem "|-" (Fwd_lex.tokens text) then refuse "spelling" "a token that is not supported");
  text;;

let read text =
  try Hashtbl.find read_terms text with Not_found ->
  (if String.length text > !longest_text then refuse "too-long" "the term is too long");
  let tm = read_strictly text in
  remember text tm; tm;;

let read_proposition text =
  let tm = read text in
  if type_of tm = bool_ty then tm else refuse "syntax" "not a proposition";;

(* Sequents: "first ;; second |- conclusion", or the conclusion alone. *)

let read_sequent text =
  match Fwd_lex.split "|-" text with
    [conclusion] -> [],read_proposition conclusion
  | [assumptions; conclusion] ->
      let assumptions = map read_proposition (Fwd_lex.split ";;" assumptions) in
      assumptions,read_proposition conclusion
  | _ -> refuse "syntax" "more than one |-";;

let spell_sequent (assumptions,conclusion) =
  let conclusion = spell conclusion in
  if assumptions = [] then conclusion else String.concat " ;; " (map spell assumptions) ^ " |- " ^ conclusion;;

let same_sequent (assumptions,conclusion) (assumptions',conclusion') =
  length assumptions = length assumptions' && aconv conclusion conclusion' && forall2 aconv assumptions assumptions';;

(* A form without names of bound variables, from which Python computes keys: prefix, @ for application, \ for
   abstraction, #n for bound variables, v and c for variables and constants with their types. *)

let rec skeleton_type ty =
  match ty with
    Tyvar name -> ["'" ^ name]
  | Tyapp(name,items) -> (name ^ "/" ^ string_of_int (length items)) :: flat (map skeleton_type items);;

let rec skeleton bound tm =
  match tm with
    Var(name,ty) ->
      (try ["#" ^ string_of_int (index tm bound)] with Failure _ -> "v" :: name :: skeleton_type ty)
  | Const(name,ty) -> "c" :: name :: skeleton_type ty
  | Comb(f,x) -> "@" :: skeleton bound f @ skeleton bound x
  | Abs(v,body) -> "\\" :: skeleton_type (type_of v) @ skeleton (v::bound) body;;

let rec without_quantifiers tm =
  if not (is_forall tm) then tm else
  let v,body = dest_forall tm in
  without_quantifiers (subst [genvar (type_of v),v] body);;

let discharged (assumptions,conclusion) = itlist (curry mk_imp) assumptions conclusion;;
