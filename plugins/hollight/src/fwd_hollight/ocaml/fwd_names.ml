(* What the toplevel knows of a name: its type, its value, and when it was defined. *)

open Fwd_expr

(* OCaml's type as one of ours; None for what the language of steps has no use for. *)
exception Foreign

let scheme_of env ty =
  let variables = Hashtbl.create 4 in
  let rec convert depth ty =
    if depth > 60 then raise Foreign;
    let ty = Ctype.expand_head env ty in
    match (Ctype.repr ty).Types.desc with
    (* A variable that is not general stands for one type that nobody knows yet, not for every type. *)
    | Types.Tvar _ when (Ctype.repr ty).Types.level <> Btype.generic_level -> raise Foreign
    | Types.Tvar _ ->
        let id = (Ctype.repr ty).Types.id in
        if not (Hashtbl.mem variables id) then Hashtbl.add variables id (Gen (Hashtbl.length variables));
        Hashtbl.find variables id
    | Types.Tarrow (Asttypes.Nolabel, domain, range, _) ->
        let domain = convert (depth + 1) domain in
        arrow domain (convert (depth + 1) range)
    | Types.Ttuple items -> Con ("*", List.map (convert (depth + 1)) items)
    | Types.Tconstr (path, items, _) -> Con (Path.last path, List.map (convert (depth + 1)) items)
    | Types.Tpoly (inner, []) -> convert depth inner
    | _ -> raise Foreign
  in
  match convert 0 ty with scheme -> Some scheme | exception Foreign -> None

let files : (string, int) Hashtbl.t = Hashtbl.create 100

(* Files in the order in which they were loaded. *)
let set_files names =
  Hashtbl.reset files;
  List.iteri (fun place name -> if not (Hashtbl.mem files name) then Hashtbl.add files name place) names

(* The order of what comes from no file of the library. *)
let outside = (-1, 0, 0)

(* Where a name was last defined, comparable: number of the file, line, column. *)
let order_of_description description =
  let start = description.Types.val_loc.Location.loc_start in
  match Hashtbl.find_opt files (Filename.basename start.Lexing.pos_fname) with
  | Some file -> (file, start.Lexing.pos_lnum, start.Lexing.pos_cnum - start.Lexing.pos_bol)
  | None -> outside

type known = { scheme : ty; value : Obj.t; order : int * int * int }

let memo : (string, known option) Hashtbl.t = Hashtbl.create 4000

let look_up name =
  match Env.find_value_by_name (Longident.Lident name) !Toploop.toplevel_env with
  | exception Not_found -> None
  | _, description -> (
      let order = order_of_description description in
      match if order = outside then None else scheme_of !Toploop.toplevel_env description.Types.val_type with
      | Some scheme -> Some { scheme; value = Toploop.getvalue name; order }
      | None -> None)

(* OCaml's projections, which are primitives and have no value in the toplevel. *)
let () =
  let projection place =
    { scheme = arrow (Con ("*", [ Gen 0; Gen 1 ])) (Gen place);
      value = Obj.repr (fun pair -> Obj.field pair place);
      order = outside }
  in
  Hashtbl.replace memo "fst" (Some (projection 0));
  Hashtbl.replace memo "snd" (Some (projection 1))

let find name =
  match Hashtbl.find_opt memo name with
  | Some known -> known
  | None ->
      let known = look_up name in
      Hashtbl.replace memo name known;
      known

(* A function that is defined again later is the later one, but may be used from where its name first meant anything. *)
let defined_at name file line =
  match (find name, Hashtbl.find_opt files file) with
  | Some known, Some number when (number, line, 0) < known.order ->
      Hashtbl.replace memo name (Some { known with order = (number, line, 0) })
  | _ -> ()

let all () =
  Env.fold_values (fun name _ _ names -> name :: names) None !Toploop.toplevel_env []
