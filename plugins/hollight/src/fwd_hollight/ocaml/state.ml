(* All that the parser and printer go by, as one text: a step must leave it as it was. *)

let state () =
  let shown = Marshal.to_string
    (infixes (),prefixes (),binders (),reserved_words (),(!the_interface),(!the_overload_skeletons),(!comment_token),
     !type_invention_warning,!type_invention_error,!reverse_interface_mapping,length (axioms ()),
     length (definitions ()),length (constants ()),length (types ())) [] in
  Digest.to_hex (Digest.string shown);;
