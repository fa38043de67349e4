(* The language of steps: names, numbers, strings, quotations, lists, tuples, functions and their application, all
   prefix. It is typed like ML, without generalisation, and evaluated by applying the toplevel's own values; nothing of
   OCaml's parser or toplevel is involved, so nothing but what `lookup` offers can be named. *)

exception Bad of string * string
(* a code and a message *)

let bad code message = raise (Bad (code, message))

(* Types *)

type ty = Link of link ref | Gen of int | Con of string * ty list

and link = Free of int | Bound of ty

let arrow domain range = Con ("->", [ domain; range ])

let list_of item = Con ("list", [ item ])

let fresh =
  let last = ref 0 in
  fun () -> incr last; Link (ref (Free !last))

let rec head ty =
  match ty with Link { contents = Bound inner } -> head inner | _ -> ty

let rec show ty =
  match head ty with
  | Link { contents = Free number } -> "'" ^ string_of_int number
  | Link _ -> "'_"
  | Gen number -> "'" ^ string_of_int number
  | Con ("->", [ domain; range ]) -> "(" ^ show domain ^ " -> " ^ show range ^ ")"
  | Con ("*", items) -> "(" ^ String.concat " * " (List.map show items) ^ ")"
  | Con (name, []) -> name
  | Con (name, items) -> "(" ^ String.concat ", " (List.map show items) ^ ") " ^ name

let rec occurs cell ty =
  match head ty with
  | Link other -> other == cell
  | Gen _ -> false
  | Con (_, items) -> List.exists (occurs cell) items

let mismatch one two = bad "type" (show one ^ " is not " ^ show two)

let rec unify one two =
  match (head one, head two) with
  | Link a, Link b when a == b -> ()
  | Link cell, other | other, Link cell ->
      if occurs cell other then bad "type" "a type that contains itself";
      cell := Bound other
  | Con (a, items), Con (b, others) when a = b && List.length items = List.length others ->
      List.iter2 unify items others
  | _ -> mismatch one two

let instance scheme =
  let fresh_ones = Hashtbl.create 4 in
  let rec copy ty =
    match ty with
    | Gen number ->
        if not (Hashtbl.mem fresh_ones number) then Hashtbl.add fresh_ones number (fresh ());
        Hashtbl.find fresh_ones number
    | Con (name, items) -> Con (name, List.map copy items)
    | Link _ -> ty
  in
  copy scheme

(* Syntax *)

type pattern = Any | Variable of string | Tuple_pattern of pattern list

type expr =
  | Name of string
  | Fact of int
  | Number of int
  | Text of string
  | Term of string
  | Type of string
  | List of expr list
  | Tuple of expr list
  | Apply of expr * expr
  | Function of pattern * expr

let is_letter c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c = '_'

let is_digit c = c >= '0' && c <= '9'

(* Words of a text: names, numbers, #facts, "strings" and `quotations` with their first mark, and punctuation. *)
let words text =
  let size = String.length text in
  let rec span place good = if place < size && good text.[place] then span (place + 1) good else place in
  let closing place mark =
    match String.index_from_opt text (place + 1) mark with
    | Some stop -> stop
    | None -> bad "syntax" "a quotation without an end"
  in
  let rec from place =
    if place >= size then []
    else
      let until stop = String.sub text place (stop - place) :: from stop in
      match text.[place] with
      | ' ' -> from (place + 1)
      | '(' | ')' | '[' | ']' | ';' | ',' -> until (place + 1)
      | '-' when place + 1 < size && text.[place + 1] = '>' -> until (place + 2)
      | ('`' | '"') as mark ->
          let stop = closing place mark in
          String.sub text place (stop - place) :: from (stop + 1)
      | '#' -> until (span (place + 1) is_digit)
      | c when is_digit c -> until (span place is_digit)
      | c when is_letter c -> until (span place (fun c -> is_letter c || is_digit c || c = '\''))
      | c -> bad "syntax" (Printf.sprintf "the character %C" c)
  in
  from 0

let rest word = String.sub word 1 (String.length word - 1)

let number word =
  match int_of_string_opt word with Some value -> value | None -> bad "syntax" "a number"

let deepest = 200

let parse text =
  let left = ref (words text) in
  let peek () = match !left with word :: _ -> word | [] -> "" in
  let next () =
    match !left with
    | word :: others -> left := others; word
    | [] -> bad "syntax" "the text ends too early"
  in
  let expect word = if next () <> word then bad "syntax" ("expected " ^ word) in
  let rec separated mark close item =
    let first = item () in
    match next () with
    | word when word = mark -> first :: separated mark close item
    | word when word = close -> [ first ]
    | word -> bad "syntax" ("unexpected " ^ word)
  in
  let starts word = word <> "" && not (List.mem word [ ")"; "]"; ";"; ","; "->" ]) in
  let rec expression depth =
    if depth > deepest then bad "syntax" "nested too deeply";
    let rec more f = if starts (peek ()) then more (Apply (f, atom depth)) else f in
    if peek () = "fun" then (
      ignore (next ());
      let parameter = pattern depth in
      expect "->";
      Function (parameter, expression (depth + 1)))
    else more (atom depth)
  and atom depth =
    match next () with
    | "(" -> (
        match separated "," ")" (fun () -> expression (depth + 1)) with
        | [ one ] -> one
        | several -> Tuple several)
    | "[" ->
        if peek () = "]" then (ignore (next ()); List [])
        else List (separated ";" "]" (fun () -> expression (depth + 1)))
    | word -> (
        match word.[0] with
        | '`' ->
            let inside = String.trim (rest word) in
            if inside <> "" && inside.[0] = ':' then Type (rest inside) else Term inside
        | '"' -> Text (rest word)
        | '#' -> Fact (number (rest word))
        | c when is_digit c -> Number (number word)
        | c when is_letter c && word <> "fun" -> Name word
        | _ -> bad "syntax" ("unexpected " ^ word))
  and pattern depth =
    if depth > deepest then bad "syntax" "nested too deeply";
    match next () with
    | "_" -> Any
    | "(" -> (
        match separated "," ")" (fun () -> pattern (depth + 1)) with
        | [ one ] -> one
        | several -> Tuple_pattern several)
    | word when word <> "" && is_letter word.[0] -> Variable word
    | word -> bad "syntax" ("unexpected " ^ word)
  in
  if !left = [] then bad "syntax" "nothing";
  let result = expression 0 in
  if !left <> [] then bad "syntax" ("unexpected " ^ peek ());
  result

(* Meaning *)

type 'a world = {
  lookup : string -> ty * Obj.t;  (* raises Bad for what may not be named *)
  fact : int -> Obj.t;  (* a thm *)
  term : string -> Obj.t;
  hol_type : string -> Obj.t;
}

let block items = Obj.repr (Array.of_list items)

let rec bind pattern =
  match pattern with
  | Any -> (fresh (), [])
  | Variable name ->
      let ty = fresh () in
      (ty, [ (name, ty) ])
  | Tuple_pattern items ->
      let bound = List.map bind items in
      (Con ("*", List.map fst bound), List.concat_map snd bound)

let rec values pattern value =
  match pattern with
  | Any -> []
  | Variable name -> [ (name, value) ]
  | Tuple_pattern items -> List.concat (List.mapi (fun place item -> values item (Obj.field value place)) items)

let rec infer world locals expr =
  match expr with
  | Name name -> (
      match List.assoc_opt name locals with
      | Some ty -> ty
      | None -> instance (fst (world.lookup name)))
  | Fact _ -> Con ("thm", [])
  | Number _ -> Con ("int", [])
  | Text _ -> Con ("string", [])
  | Term _ -> Con ("term", [])
  | Type _ -> Con ("hol_type", [])
  | List items ->
      let item = fresh () in
      List.iter (fun one -> unify (infer world locals one) item) items;
      list_of item
  | Tuple items -> Con ("*", List.map (infer world locals) items)
  | Apply (f, argument) ->
      let range = fresh () in
      let f = infer world locals f in
      let argument = infer world locals argument in
      unify f (arrow argument range);
      range
  | Function (parameter, body) ->
      let domain, bound = bind parameter in
      arrow domain (infer world (bound @ locals) body)

let rec evaluate world locals expr : Obj.t =
  match expr with
  | Name name -> (
      match List.assoc_opt name locals with
      | Some value -> value
      | None -> snd (world.lookup name))
  | Fact place -> world.fact place
  | Number value -> Obj.repr value
  | Text value -> Obj.repr value
  | Term text -> world.term text
  | Type text -> world.hol_type text
  | List items -> Obj.repr (List.map (evaluate world locals) items)
  | Tuple items -> block (List.map (evaluate world locals) items)
  | Apply (f, argument) ->
      let f = evaluate world locals f in
      (Obj.obj f : Obj.t -> Obj.t) (evaluate world locals argument)
  | Function (parameter, body) ->
      Obj.repr (fun (value : Obj.t) -> evaluate world (values parameter value @ locals) body)

(* The value of a text at a type. The caller vouches that `wanted` is the type at which it uses the value. *)
let value world wanted text =
  let expr = parse text in
  unify (infer world [] expr) wanted;
  evaluate world [] expr
