(* Terms and sequents as text. A term's canonical spelling is HOL Light's printed form, its tokens separated by single
   spaces, with the first of the ways to annotate types (`spelling.ml`) that makes it parse back, without invented types,
   to the same term up to names of bound variables. *)

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
  let reads_back text =
    (if String.length text > !longest_text then refuse "too-long" "the term is too long");
    (* What was read from this very text needs no second reading. *)
    if (try Hashtbl.find read_terms text == tm with Not_found -> false) || parses_to text tm
    then text else failwith "reads_back" in
  let text = (try tryfind (fun ways -> tryfind (fun way -> reads_back (way ())) (ways ())) (texts tm) with
                Failure _ -> refuse "spelling" "no spelling reads back as this term") in
  (if exists (fun mark -> mem mark (Fwd_lex.tokens text)) ["|-"; ";;"]
   then refuse "spelling" "|- and ;; are marks of sequents, no names");
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

let shape tm = String.concat " " (skeleton [] tm);;

let rec without_quantifiers tm =
  if not (is_forall tm) then tm else
  let v,body = dest_forall tm in
  without_quantifiers (subst [genvar (type_of v),v] body);;

let discharged (assumptions,conclusion) = itlist (curry mk_imp) assumptions conclusion;;

let whole_shape sequent = shape (without_quantifiers (discharged sequent));;

let rec conjuncts_within tm =
  let tm = without_quantifiers tm in
  if is_conj tm then flat (map conjuncts_within (conjuncts tm)) else [tm];;
