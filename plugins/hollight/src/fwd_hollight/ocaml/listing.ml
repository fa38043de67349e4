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

let statement_of name =
  match Fwd_names.find name with
    Some known when is_theorem known.Fwd_names.scheme ->
      let th : thm = Obj.obj known.Fwd_names.value in
      let assumptions,conclusion = dest_thm th in
      let theta = named_types (conclusion :: assumptions) in
      (try spell_sequent (map (inst theta) assumptions,inst theta conclusion) with Fwd_expr.Bad(_,_) -> "")
  | _ -> "";;

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
