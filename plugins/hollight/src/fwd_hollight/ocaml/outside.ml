(* Proofs for a plain HOL Light, one phrase each. A statement is data: a string, which `Fwd.statement` lets HOL Light's
   own parser read. Each proof is judged in a process of its own, whose time is limited and which can say no more than
   "accepted", or why not; only the process that reads this script prints. *)

#load "unix.cma";;

unset_jrh_lexer;;

module Judge = struct
  let mark = ref ""

  (* The end of this process alone: nothing is written that another one began to write. *)
  external leave : int -> 'a = "caml_sys_exit"

  let say number text = Printf.printf "\nfwd %s %d %s\n%!" !mark number (String.escaped text)

  (* The alarms' own action ends a process wherever it is: by processor time, and by the clock. *)
  let limit seconds =
    let alarm timer signal value =
      Sys.set_signal signal Sys.Signal_default;
      ignore (Unix.setitimer timer { Unix.it_value = value; it_interval = 0.0 })
    in
    alarm Unix.ITIMER_VIRTUAL Sys.sigvtalrm seconds;
    alarm Unix.ITIMER_REAL Sys.sigalrm (20.0 *. seconds)

  let longest = 300

  let child seconds out action =
    let null = Unix.openfile "/dev/null" [ Unix.O_RDWR ] 0 in
    List.iter (Unix.dup2 null) [ Unix.stdin; Unix.stdout; Unix.stderr ];
    limit seconds;
    let answer =
      match action () with
      | () -> "accepted"
      | exception Failure reason -> "refused: " ^ reason
      | exception error -> "refused: " ^ Printexc.to_string error
    in
    let count = min longest (String.length answer) in
    ignore (Unix.write_substring out answer 0 count);
    leave 0

  let rec answer_of fd =
    let buffer = Bytes.create longest in
    match Unix.read fd buffer 0 longest with
    | count -> Bytes.sub_string buffer 0 count
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> answer_of fd

  let rec ended pid =
    match Unix.waitpid [] pid with
    | _, status -> status
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> ended pid

  let rec fork tries =
    try Unix.fork () with Unix.Unix_error _ when tries > 0 -> Unix.sleepf 1.0; fork (tries - 1)

  let judge number seconds action =
    flush_all ();
    let from, out = Unix.pipe () in
    match fork 10 with
    | 0 -> (try child seconds out action with _ -> leave 1)
    | pid ->
        Unix.close out;
        let answer = answer_of from in
        Unix.close from;
        let late signal = signal = Sys.sigvtalrm || signal = Sys.sigalrm in
        say number
          (match ended pid with
          | Unix.WEXITED 0 -> answer
          | Unix.WSIGNALED signal when late signal -> "refused: it takes too long"
          | _ -> "refused: HOL Light did not survive it")
    | exception Unix.Unix_error (error, _, _) ->
        Unix.close from;
        Unix.close out;
        say number ("refused: no process for it: " ^ Unix.error_message error)
end;;

set_jrh_lexer;;

module Fwd = struct
  let core = axioms ();;

  let before = ref (core,definitions ());;

  (* A file on top of the core; one that cannot be loaded as a whole ends the script. *)
  let library path =
    let file = Filename.basename path,Digest.file path in
    if mem file (!loaded_files) then () else
    if Toploop.use_file Format.std_formatter path then loaded_files := file :: !loaded_files
    else (Printf.printf "\nfwd: it cannot load %s\n%!" (String.escaped path); exit 2);;

  (* After the libraries: from here on there are no comments in terms, and no axioms but those that are there. `count`
     is how many axioms the libraries are known to have. *)
  let start mark count =
    comment_token := Resword "";
    type_invention_warning := false;
    before := axioms (),definitions ();
    Judge.mark := mark;
    let more = length (axioms ()) - length core in
    do_list (fun th -> Printf.printf "\nan axiom of the libraries: %s\n%!" (string_of_thm th))
      (fst (chop_list more (axioms ())));
    if length core = 3 && more = count then Judge.say (-1) "started" else Judge.say (-1) "other axioms";;

  let finish () = Judge.say (-1) "finished";;

  let plain text =
    let control c = Char.code c < 32 && not (mem c ['\t';'\n';'\r']) in
    let rec any place = place < String.length text && (control (String.get text place) || any (place + 1)) in
    if any 0 then failwith "a control character" else text;;

  let term text = try parse_term (plain text) with Noparse -> failwith "no term";;

  let hol_type text = try parse_type (plain text) with Noparse -> failwith "no type";;

  (* A statement says all its types. *)
  let statement text =
    type_invention_error := true;
    let tm = term text in
    type_invention_error := false;
    if type_of tm = bool_ty then tm else failwith "no proposition";;

  let sequent (assumptions,conclusion) = map statement assumptions,statement conclusion;;

  (* What is known of the proof that is judged: facts by number, and what its hypotheses let it assume. *)
  let facts : thm list ref = ref [];;

  let given : term list ref = ref [];;

  let fact number = el (length !facts - 1 - number) !facts;;

  let says (assumptions,conclusion) th =
    aconv (concl th) conclusion && forall (fun tm -> exists (aconv tm) (assumptions @ !given)) (hyp th);;

  (* The theorem as its statement reads, names of bound variables included. *)
  let exactly (assumptions,conclusion) th =
    if not (says (assumptions,conclusion) th) then failwith "another theorem" else
    if concl th = conclusion then th else EQ_MP (ALPHA (concl th) conclusion) th;;

  let whole (assumptions,conclusion) = itlist (curry mk_imp) assumptions conclusion;;

  let hypothesis stated () =
    let assumptions,conclusion = sequent stated in
    exactly (assumptions,conclusion)
      (rev_itlist (fun tm th -> MP th (ASSUME tm)) assumptions (ASSUME (whole (assumptions,conclusion))));;

  (* Types that HOL Light made up get names. *)
  let named th =
    let variables = itlist (fun tm found -> union (type_vars_in_term tm) found) (concl th :: hyp th) [] in
    let made_up,others = partition (fun ty -> String.get (dest_vartype ty) 0 = '?') variables in
    let names = explode "ABCDEFGHIJKLMNOPQRSTUVWXYZ" @ map (fun n -> "T" ^ string_of_int n) (1--40) in
    let free = filter (fun name -> not (mem (mk_vartype name) others)) names in
    if made_up = [] then th else
    INST_TYPE (zip (map mk_vartype (fst (chop_list (length made_up) free))) made_up) th;;

  let rule stated (theorem : unit -> thm) () = exactly (sequent stated) (named (theorem ()));;

  let tactic stated uses (tac : unit -> tactic) () =
    let assumptions,conclusion = sequent stated in
    let (metavariables,_),subgoals,justification =
      tac () (map (fun tm -> "",ASSUME tm) assumptions,conclusion) in
    if metavariables <> [] || length subgoals <> length uses then failwith "other subgoals" else
    exactly (assumptions,conclusion) (justification null_inst (map fact uses));;

  let unchanged () = axioms () == fst !before && definitions () == snd !before;;

  (* One proof: its number and name, seconds of processor time, hypotheses, goal, and how each fact is made. *)
  let proof (number : int) (_ : string) seconds hypotheses goal steps =
    Judge.judge number seconds (fun () ->
      given := map (whole o sequent) hypotheses;
      do_list (fun step -> let th = step () in facts := th :: !facts) steps;
      if not (exists (says (sequent goal)) !facts) then failwith "no fact says the goal" else
      if not (unchanged ()) then failwith "axioms or definitions changed");;
end;;
