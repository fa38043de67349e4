(* HOL Light's lexical rules: where the tokens of a text are, and the text with one space between any two. *)

let is_space c = c = ' ' || c = '\t' || c = '\n' || c = '\r'

let is_separator c = c = ',' || c = ';'

let is_bracket c = String.contains "()[]{}" c

let is_symbol c = String.contains "\\!@#$%^&*-+|<=>/?~.:" c

let is_word c =
  (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c = '_' || c = '\''

(* Where each token begins and ends. *)
let places text =
  let size = String.length text in
  let rec span place good = if place < size && good text.[place] then span (place + 1) good else place in
  let run place =
    if place < size && is_word text.[place] then span place is_word
    else if place < size && is_symbol text.[place] then span place is_symbol
    else place
  in
  (* An identifier is a run of letters or of symbols, to which more runs may be tied by underscores. *)
  let rec tied place =
    let after = span place (fun c -> c = '_') in
    if after = place then place else tied (run after)
  in
  let rec string_end place =
    if place >= size then size
    else match text.[place] with '"' -> place + 1 | '\\' -> string_end (place + 2) | _ -> string_end (place + 1)
  in
  let rec from place found =
    if place >= size then List.rev found
    else
      let c = text.[place] in
      let stop =
        if is_space c then place
        else if c = '"' then min size (string_end (place + 1))
        else if is_bracket c then place + 1
        else if is_separator c then span place is_separator
        else if c = '_' then tied place
        else max (place + 1) (tied (run place))
      in
      if stop = place then from (place + 1) found else from stop ((place, stop) :: found)
  in
  from 0 []

let tokens text = List.map (fun (start, stop) -> String.sub text start (stop - start)) (places text)

(* What stands between the tokens that are this mark, as it was written but for white space at its ends. *)
let split mark text =
  let is_mark (start, stop) = String.sub text start (stop - start) = mark in
  let cut (start, pieces) (first, last) = (last, String.sub text start (first - start) :: pieces) in
  let start, pieces = List.fold_left cut (0, []) (List.filter is_mark (places text)) in
  List.rev_map String.trim (String.sub text start (String.length text - start) :: pieces)

let has_control text = String.exists (fun c -> (c < ' ' && not (is_space c)) || c = '\127') text

let spaced text = String.concat " " (tokens text)
