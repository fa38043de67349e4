(* Rewrites the library's phrases while they are read: each `prove (statement, tactic)` says what it proved, and each
   atom of its tactic says what it did to which goal. An atom's text is in the language of steps. *)

open Parsetree

(* A part of an atom's text: verbatim, the quotation with this number and as it was written, or the lemma that was proved
   at this site. *)
type piece = Verbatim of string | Quotation of int * string | Lemma of int

type atom = { pieces : piece list; problem : string }

type site = { name : string; file : string; line : int }

type binding = Proved of int | Inlined of expression | Opaque

exception Unsupported of string

let atoms : (int, atom) Hashtbl.t = Hashtbl.create 20000

let sites : (int, site) Hashtbl.t = Hashtbl.create 5000

(* The site of a `prove` at a place of the source: how a local name is known to be a lemma. *)
let site_of_location : (Location.t, int) Hashtbl.t = Hashtbl.create 1000

let none = Location.none

let ident name = Ast_helper.Exp.ident (Location.mkloc (Longident.Lident name) none)

let int_constant value = Ast_helper.Exp.constant (Ast_helper.Const.int value)

let apply f arguments = Ast_helper.Exp.apply f (List.map (fun one -> (Asttypes.Nolabel, one)) arguments)

let construct name argument = Ast_helper.Exp.construct (Location.mkloc (Longident.Lident name) none) argument

let list_expression items =
  let cons head tail = construct "::" (Some (Ast_helper.Exp.tuple [ head; tail ])) in
  List.fold_right cons items (construct "[]" None)

let name_of expr = match expr.pexp_desc with Pexp_ident { txt = Longident.Lident name; _ } -> Some name | _ -> None

let rec list_items expr =
  match expr.pexp_desc with
  | Pexp_construct ({ txt = Longident.Lident "[]"; _ }, None) -> Some []
  | Pexp_construct ({ txt = Longident.Lident "::"; _ }, Some { pexp_desc = Pexp_tuple [ head; tail ]; _ }) ->
      Option.map (fun items -> head :: items) (list_items tail)
  | _ -> None

(* An expression as text *)

type writer = {
  mutable written : piece list;  (* newest first *)
  mutable quotations : expression list;  (* newest first *)
}

let unsupported what = raise (Unsupported what)

let quotation expr =
  match expr.pexp_desc with
  | Pexp_apply (f, [ (Asttypes.Nolabel, { pexp_desc = Pexp_constant (Pconst_string (text, _, _)); _ }) ]) -> (
      match name_of f with
      | Some "parse_term" -> Some (`Term, text)
      | Some "parse_type" -> Some (`Type, text)
      | _ -> None)
  | _ -> None

let rec pattern_text pattern =
  match pattern.ppat_desc with
  | Ppat_any -> "_"
  | Ppat_var { txt; _ } -> txt
  | Ppat_tuple items -> "( " ^ String.concat " , " (List.map pattern_text items) ^ " )"
  | Ppat_constraint (inner, _) -> pattern_text inner
  | _ -> unsupported "pattern"

let rec pattern_names pattern =
  match pattern.ppat_desc with
  | Ppat_var { txt; _ } -> [ txt ]
  | Ppat_tuple items -> List.concat_map pattern_names items
  | Ppat_constraint (inner, _) | Ppat_alias (inner, _) -> pattern_names inner
  | Ppat_construct (_, Some (_, inner)) -> pattern_names inner
  | _ -> []

let is_name name = name <> "" && (Fwd_expr.is_letter name.[0])

let write_expression locals writer expr =
  let put text = writer.written <- Verbatim text :: writer.written in
  let rec separated mark write items =
    match items with
    | [] -> ()
    | [ last ] -> write last
    | one :: others -> write one; put mark; separated mark write others
  in
  let rec whole locals expr =
    match expr.pexp_desc with
    | Pexp_apply (f, arguments) when quotation expr = None ->
        if List.exists (fun (label, _) -> label <> Asttypes.Nolabel) arguments then unsupported "label";
        atom locals f;
        List.iter (fun (_, argument) -> atom locals argument) arguments
    | Pexp_fun (Asttypes.Nolabel, None, pattern, body) -> func locals pattern body
    | Pexp_function [ { pc_lhs; pc_guard = None; pc_rhs } ] -> func locals pc_lhs pc_rhs
    | Pexp_let (Asttypes.Nonrecursive, [ binding ], body) ->
        put "(";
        func locals binding.pvb_pat body;
        put ")";
        atom locals binding.pvb_expr
    | Pexp_constraint (inner, _) -> whole locals inner
    | _ -> atom locals expr
  and func locals pattern body =
    put "fun";
    put (pattern_text pattern);
    put "->";
    let shadowed = List.map (fun name -> (name, None)) (pattern_names pattern) in
    atom (shadowed @ locals) body
  and atom locals expr =
    match (quotation expr, list_items expr, expr.pexp_desc) with
    | Some (`Term, text), _, _ ->
        writer.written <- Quotation (List.length writer.quotations, text) :: writer.written;
        writer.quotations <- expr :: writer.quotations
    | Some (`Type, text), _, _ -> put ("`: " ^ Fwd_lex.spaced text ^ " `")
    | None, Some items, _ ->
        put "[";
        separated ";" (atom locals) items;
        put "]"
    | None, None, Pexp_ident { txt = Longident.Lident name; _ } -> named locals name
    | None, None, Pexp_constant (Pconst_integer (text, None)) -> put text
    | None, None, Pexp_constant (Pconst_string (text, _, _)) ->
        if String.exists (fun c -> c = '"' || c = '\\' || c = ' ') text then unsupported "string";
        put ("\"" ^ text ^ "\"")
    | None, None, Pexp_tuple items ->
        put "(";
        separated "," (atom locals) items;
        put ")"
    | None, None, (Pexp_apply _ | Pexp_fun _ | Pexp_let _ | Pexp_function [ _ ] | Pexp_constraint _) ->
        put "(";
        whole locals expr;
        put ")"
    | _ -> unsupported "form"
  and named locals name =
    match List.assoc_opt name locals with
    | Some None -> put name
    | Some (Some (Proved site)) -> writer.written <- Lemma site :: writer.written
    | Some (Some (Inlined inner)) -> atom (List.remove_assoc name locals) inner
    | Some (Some Opaque) -> unsupported "local"
    | None -> if is_name name then put name else unsupported "operator"
  in
  whole (List.map (fun (name, binding) -> (name, Some binding)) locals) expr

(* Number of a new atom, and its quotations in order. *)
let new_atom locals expr =
  let number = Hashtbl.length atoms in
  let writer = { written = []; quotations = [] } in
  let problem =
    match write_expression locals writer expr with () -> "" | exception Unsupported what -> "unsupported " ^ what
  in
  Hashtbl.replace atoms number { pieces = List.rev writer.written; problem };
  (* Quotations of inlined text are not in scope; reading them again gives the same terms. *)
  (number, if problem = "" then List.rev writer.quotations else [])

let recorded locals original rewritten =
  let number, quotations = new_atom locals original in
  apply (ident "fwd_record") [ int_constant number; list_expression quotations; rewritten ]

let map_list f expr =
  match list_items expr with Some items -> list_expression (List.map f items) | None -> expr

(* Sequences are taken apart; what only steers (REPEAT, ORELSE, ...) is an atom whose parts are atoms too. *)
let rec tactic locals expr =
  match expr.pexp_desc with
  | Pexp_apply (f, arguments) -> (
      let again = List.map (fun one -> (Asttypes.Nolabel, one)) in
      match (name_of f, List.map snd arguments) with
      | Some "then_", [ first; second ] ->
          { expr with pexp_desc = Pexp_apply (f, again [ tactic locals first; tactic locals second ]) }
      | Some "thenl_", [ first; second ] ->
          { expr with pexp_desc = Pexp_apply (f, again [ tactic locals first; map_list (tactic locals) second ]) }
      | Some "orelse_", [ first; second ] ->
          let inner = { expr with pexp_desc = Pexp_apply (f, again [ tactic locals first; tactic locals second ]) } in
          recorded locals expr inner
      | Some ("REPEAT" | "TRY" | "CHANGED_TAC"), [ one ] ->
          recorded locals expr { expr with pexp_desc = Pexp_apply (f, again [ tactic locals one ]) }
      | Some "REPLICATE_TAC", [ times; one ] ->
          recorded locals expr { expr with pexp_desc = Pexp_apply (f, again [ times; tactic locals one ]) }
      | Some ("EVERY" | "FIRST"), [ several ] ->
          recorded locals expr { expr with pexp_desc = Pexp_apply (f, again [ map_list (tactic locals) several ]) }
      | _ -> recorded locals expr expr)
  | Pexp_let (flag, bindings, body) ->
      { expr with pexp_desc = Pexp_let (flag, bindings, tactic (bound_by bindings @ locals) body) }
  | _ -> recorded locals expr expr

and bound_by bindings =
  let one binding =
    match (binding.pvb_pat.ppat_desc, Hashtbl.find_opt site_of_location binding.pvb_expr.pexp_loc) with
    | Ppat_var { txt; _ }, Some site -> [ (txt, Proved site) ]
    | Ppat_var { txt; _ }, None -> [ (txt, Inlined binding.pvb_expr) ]
    | _ -> List.map (fun name -> (name, Opaque)) (pattern_names binding.pvb_pat)
  in
  List.concat_map one bindings


(* Expressions: where `prove`, alone or composed with something, is applied to a pair. *)

let new_site name location =
  let number = Hashtbl.length sites in
  let start = location.Location.loc_start in
  Hashtbl.replace sites number
    { name; file = Filename.basename start.Lexing.pos_fname; line = start.Lexing.pos_lnum };
  number

let rec with_prove site f =
  match (name_of f, f.pexp_desc) with
  | Some "prove", _ -> Some (apply (ident "fwd_prove") [ int_constant site; f ])
  | _, Pexp_apply (composition, [ first; (label, last) ]) when name_of composition = Some "o" ->
      let inside last = { f with pexp_desc = Pexp_apply (composition, [ first; (label, last) ]) } in
      Option.map inside (with_prove site last)
  | _ -> None

let rec expression name locals expr =
  match expr.pexp_desc with
  | Pexp_apply (f, [ (Asttypes.Nolabel, ({ pexp_desc = Pexp_tuple [ statement; script ]; _ } as pair)) ])
    when with_prove 0 f <> None ->
      let site = new_site name expr.pexp_loc in
      if name_of f = Some "prove" then Hashtbl.replace site_of_location expr.pexp_loc site;
      let parts = [ children name locals statement; tactic locals (children name locals script) ] in
      let pair = { pair with pexp_desc = Pexp_tuple parts } in
      { expr with pexp_desc = Pexp_apply (Option.get (with_prove site f), [ (Asttypes.Nolabel, pair) ]) }
  | Pexp_let (flag, bindings, body) ->
      let inner binding =
        let local = String.concat "," (pattern_names binding.pvb_pat) in
        { binding with pvb_expr = expression (name ^ "/" ^ local) locals binding.pvb_expr }
      in
      let rewritten = List.map inner bindings in
      { expr with pexp_desc = Pexp_let (flag, rewritten, expression name (bound_by bindings @ locals) body) }
  (* What functions prove when they are called are no theorems of the library. *)
  | Pexp_fun _ | Pexp_function _ -> expr
  | _ -> children name locals expr

and children name locals expr =
  let mapper = { Ast_mapper.default_mapper with expr = (fun _ inner -> expression name locals inner) } in
  Ast_mapper.default_mapper.expr mapper expr

let phrase whole =
  let binding one =
    let name = String.concat "," (pattern_names one.pvb_pat) in
    { one with pvb_expr = expression name [] one.pvb_expr }
  in
  let item one =
    match one.pstr_desc with
    | Pstr_value (flag, bindings) -> { one with pstr_desc = Pstr_value (flag, List.map binding bindings) }
    | Pstr_eval (expr, attributes) -> { one with pstr_desc = Pstr_eval (expression "" [] expr, attributes) }
    | _ -> one
  in
  match whole with Ptop_def items -> Ptop_def (List.map item items) | _ -> whole

let install () =
  let one = !Toploop.parse_toplevel_phrase and file = !Toploop.parse_use_file in
  Toploop.parse_toplevel_phrase := (fun text -> phrase (one text));
  Toploop.parse_use_file := fun text -> List.map phrase (file text)
