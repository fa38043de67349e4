(* Messages on a socket, limits of time, and the loop that forks workers.

   Compiled by ocamlc, because HOL Light's own lexer reads capitals such as ITIMER_VIRTUAL as lower-case names.

   A message is a list of strings: the length of the whole (4 bytes, big-endian), then each string with its length. *)

exception Timeout

exception Closed

let largest = 16 * 1024 * 1024

let rec read fd buffer place count =
  if count > 0 then
    match Unix.read fd buffer place count with
    | 0 -> raise Closed
    | got -> read fd buffer (place + got) (count - got)
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> read fd buffer place count

let rec write fd buffer place count =
  if count > 0 then
    match Unix.write fd buffer place count with
    | put -> write fd buffer (place + put) (count - put)
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> write fd buffer place count

let length_at buffer place = Int32.to_int (Bytes.get_int32_be buffer place)

let receive fd =
  let head = Bytes.create 4 in
  read fd head 0 4;
  let size = length_at head 0 in
  if size < 0 || size > largest then raise Closed;
  let body = Bytes.create size in
  read fd body 0 size;
  let rec strings place =
    if place = size then []
    else
      let count = length_at body place in
      let text = Bytes.sub_string body (place + 4) count in
      text :: strings (place + 4 + count)
  in
  strings 0

let send fd strings =
  let body = Buffer.create 1024 in
  let add text =
    Buffer.add_int32_be body (Int32.of_int (String.length text));
    Buffer.add_string body text
  in
  List.iter add strings;
  let head = Buffer.create 1024 in
  Buffer.add_int32_be head (Int32.of_int (Buffer.length body));
  Buffer.add_buffer head body;
  write fd (Buffer.to_bytes head) 0 (Buffer.length head)

(* Processor time, so that a busy machine changes no answer. The timer rings again and again, since what it interrupts
   may catch the exception; after so many rings the process ends. *)

let interval = 0.05

let patience = 20

let set_timer first = ignore (Unix.setitimer Unix.ITIMER_VIRTUAL { Unix.it_value = first; it_interval = interval })

let stop_timer () = ignore (Unix.setitimer Unix.ITIMER_VIRTUAL { Unix.it_value = 0.0; it_interval = 0.0 })

let limited seconds action =
  let rings = ref 0 in
  let ring _ =
    incr rings;
    if !rings > patience then Unix._exit 3;
    raise Timeout
  in
  Sys.set_signal Sys.sigvtalrm (Sys.Signal_handle ring);
  let result =
    match
      set_timer seconds;
      let value = action () in
      stop_timer ();
      value
    with
    | value -> Ok value
    | exception error -> Error error
  in
  (* A last ring may come between the action's end and this line. *)
  (try stop_timer () with Timeout -> stop_timer ());
  Sys.set_signal Sys.sigvtalrm Sys.Signal_ignore;
  match result with Ok value -> value | Error error -> raise error

(* Words by which a worker's heap grows, rather than by a share of all that the library takes. *)
let heap_step = 1 lsl 19

(* The zygote: a new process for each connection. It ends itself when nobody connected for a while and no worker is
   left, or on a connection that says so. *)

let rec reap workers =
  match Unix.waitpid [ Unix.WNOHANG ] (-1) with
  | 0, _ -> workers
  | pid, _ -> reap (List.filter (( <> ) pid) workers)
  | exception Unix.Unix_error (Unix.ECHILD, _, _) -> []
  | exception Unix.Unix_error (Unix.EINTR, _, _) -> reap workers

(* Whether the socket is still there, and the one that we listen to. *)
let reachable path inode = try (Unix.stat path).Unix.st_ino = inode with Unix.Unix_error _ -> false

let finish workers path inode =
  if reachable path inode then (try Unix.unlink path with Unix.Unix_error _ -> ());
  List.iter (fun pid -> try Unix.kill pid Sys.sigkill with Unix.Unix_error _ -> ()) workers;
  Unix._exit 0

let listening path =
  (try Unix.unlink path with Unix.Unix_error _ -> ());
  let socket = Unix.socket ~cloexec:true Unix.PF_UNIX Unix.SOCK_STREAM 0 in
  Unix.bind socket (Unix.ADDR_UNIX path);
  Unix.chmod path 0o600;
  Unix.listen socket 64;
  socket

(* Tactics print; nobody reads it. *)
let silence () =
  let null = Unix.openfile "/dev/null" [ Unix.O_RDWR ] 0 in
  List.iter (Unix.dup2 null) [ Unix.stdin; Unix.stdout; Unix.stderr ];
  Unix.close null

(* No process for this connection: its first message is answered by that, so that it alone suffers. *)
let turn_away fd reason =
  (try
     Unix.setsockopt_float fd Unix.SO_RCVTIMEO 1.0;
     ignore (receive fd);
     send fd [ "no"; "busy"; "HOL Light cannot start another process: " ^ reason ]
   with _ -> ());
  Unix.close fd

(* Numbers of files are what OCaml's own library has for them on Unix. *)
let close_number (file : int) = Unix.close (Obj.magic file : Unix.file_descr)

(* Serve until told to stop, or idle for too long, or beyond reach. `lock` is a file to close as soon as it serves. *)
let serve path lock idle worker =
  let socket = listening path in
  let inode = (Unix.stat path).Unix.st_ino in
  close_number lock;
  let stop = ref false in
  Sys.set_signal Sys.sigterm (Sys.Signal_handle (fun _ -> stop := true));
  Sys.set_signal Sys.sigpipe Sys.Signal_ignore;
  let born fd =
    Unix.close socket;
    Sys.set_signal Sys.sigterm Sys.Signal_default;
    silence ();
    Gc.set { (Gc.get ()) with Gc.space_overhead = 200; major_heap_increment = heap_step };
    (try worker fd with _ -> ());
    Unix._exit 0
  in
  let rec loop workers last =
    let workers = reap workers in
    let last = if workers = [] then last else Unix.time () in
    let useless = workers = [] && (Unix.time () -. last > idle || not (reachable path inode)) in
    if !stop || useless then finish workers path inode;
    match
      match Unix.select [ socket ] [] [] 1.0 with [], _, _ -> None | _ -> Some (fst (Unix.accept ~cloexec:true socket))
    with
    | None -> loop workers last
    | Some fd -> (
        match Unix.fork () with
        | 0 -> born fd
        | pid ->
            Unix.close fd;
            loop (pid :: workers) (Unix.time ())
        | exception Unix.Unix_error (error, _, _) ->
            turn_away fd (Unix.error_message error);
            loop workers (Unix.time ()))
    | exception Unix.Unix_error (Unix.EINTR, _, _) -> loop workers last
    | exception Unix.Unix_error (_, _, _) ->
        (* No more files, or the other side is gone already. *)
        Unix.sleepf 0.1;
        loop workers last
  in
  loop [] (Unix.time ())
