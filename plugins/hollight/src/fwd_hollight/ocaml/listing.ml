(* What steps may name, and how terms are written: what Python's grammar and corpus go by. *)

let known_values () =
  flat (map (fun name -> match Fwd_names.find name with Some known -> [name,known] | None -> [])
    (setify (Fwd_names.all ())));;

let name_rows () =
  let row name =
    match allowed name with
      Some { Fwd_names.scheme = scheme; Fwd_names.order = (file,line,column) } ->
        [[name; string_of_int file; string_of_int line; string_of_int column; Fwd_expr.show scheme]]
    | None -> [] in
  flat (map row (setify (Fwd_names.all ())));;

let order_rows () =
  let row name =
    match Fwd_names.find name with
      Some { Fwd_names.order = (file,line,column) } when file >= 0 || Hashtbl.mem functions name ->
        [[name; string_of_int file; string_of_int line; string_of_int column]]
    | _ -> [] in
  flat (map row (setify (Fwd_names.all ())));;

let file_rows () =
  Hashtbl.fold (fun name place rows -> [name; string_of_int place] :: rows) Fwd_names.files [];;

let syntax_rows () =
  let infix (name,(_,_)) = ["infix"; name] in
  map infix (infixes ())
  @ map (fun name -> ["prefix"; name]) (prefixes ())
  @ map (fun name -> ["binder"; name]) (binders ())
  @ map (fun name -> ["reserved"; name]) (reserved_words ())
  @ map (fun (name,_) -> ["constant"; name]) (constants ())
  @ map (fun (name,_) -> ["constant"; name]) (!the_interface)
  @ map (fun (name,_) -> ["type"; name]) (types ());;

(* What a theorem says: its statement, if that has a spelling, its shape, and those of its conjuncts if it has some. *)
let theorem_row name =
  let known = (match Fwd_names.find name with Some known -> known | None -> refuse "unknown-name" name) in
  let assumptions,conclusion = dest_thm (Obj.obj known.Fwd_names.value : thm) in
  let theta = named_types (conclusion :: assumptions) in
  let assumptions = map (inst theta) assumptions and conclusion = inst theta conclusion in
  let statement = (try spell_sequent (assumptions,conclusion) with Fwd_expr.Bad(_,_) -> "") in
  let parts = conjuncts_within conclusion in
  let whole = map (fun part -> whole_shape (assumptions,part)) (conclusion :: if length parts > 1 then parts else []) in
  String.concat "\t" (statement :: whole);;

(* The axioms: the number of the library that brought each (0 is the core), and its name or else what it says. *)
let axiom_rows () =
  let theorems = filter (fun (_,known) -> is_theorem known.Fwd_names.scheme) (known_values ()) in
  let described (library,th) =
    let is_it (_,known) = (Obj.obj known.Fwd_names.value : thm) == th in
    let name = (try fst (find is_it theorems) with Failure _ -> Fwd_lex.spaced (string_of_thm th)) in
    string_of_int library ^ "\t" ^ name in
  map described (!fwd_axioms);;

let listing kind =
  let rows =
    match kind with
      "names" -> name_rows ()
    | "order" -> order_rows ()
    | "syntax" -> syntax_rows ()
    | "files" -> file_rows ()
    | _ -> refuse "request" "no such listing" in
  map (String.concat "\t") rows;;
