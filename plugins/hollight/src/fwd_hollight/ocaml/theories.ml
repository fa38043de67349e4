(* What is loaded on top of the core, and the axioms that it brings. *)

(* Every axiom, the oldest first, with the number of the library that brought it; 0 is the core. *)
let fwd_axioms : (int * thm) list ref = ref (map (fun th -> 0,th) (rev (axioms ())));;

let fwd_give_up message = Printf.printf "\nfwd: %s\n%!" message; exit 2;;

(* A library that cannot be loaded as a whole is not loaded at all. *)
let fwd_library number path =
  let before = length (axioms ()) and file = Filename.basename path,Digest.file path in
  (if mem file (!loaded_files) then () else
   if Toploop.use_file Format.std_formatter path then loaded_files := file :: !loaded_files
   else fwd_give_up ("it cannot load " ^ path));
  let fresh = fst (chop_list (length (axioms ()) - before) (axioms ())) in
  fwd_axioms := !fwd_axioms @ map (fun th -> number,th) (rev fresh);;

(* No file was loaded but those of HOL Light and those that were known beforehand, as they were then. *)
let fwd_loaded installed known =
  let check (name,digest) =
    if not (mem name installed || mem (name,Digest.to_hex digest) known)
    then fwd_give_up (name ^ " was loaded, and is not the file that was found before it: name it in env.libraries, or start again") in
  do_list check (!loaded_files);;
