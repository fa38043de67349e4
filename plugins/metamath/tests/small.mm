$( A database in miniature for tests: implication and for all, with distinct variables. $)
$( Symbols. $)  $c |- wff setvar ( ) -> A. F. $.
$v ph ps ch x y z w $.
wph $f wff ph $.  wps $f wff ps $.  wch $f wff ch $.
vx $f setvar x $.  vy $f setvar y $.  vz $f setvar z $.  vw $f setvar w $.
wi $a wff ( ph -> ps ) $.
wal $a wff A. x ph $.
${ mp.1 $e |- ph $.  mp.2 $e |- ( ph -> ps ) $.  ax-mp $a |- ps $. $}
ax-1 $a |- ( ph -> ( ps -> ph ) ) $.
ax-2 $a |- ( ( ph -> ( ps -> ch ) ) -> ( ( ph -> ps ) -> ( ph -> ch ) ) ) $.
${ gen.1 $e |- ph $.  ax-gen $a |- A. x ph $. $}
${ $d x ph $.  ax-5 $a |- ( ph -> A. x ph ) $. $}
${ $d x y $.  ax-two $a |- A. x A. y ph $. $}
${ a1i.1 $e |- ph $.
   a1i $p |- ( ps -> ph ) $= ( wi ax-1 ax-mp ) ABADCABEF $. $}
id $p |- ( ph -> ph ) $= ( wi ax-1 ax-2 ax-mp ) AAABZBZFAACAFABBGFBAFCAFADEE $.
unproved $p |- ( ph -> ps ) $= ? $.
wfal $a wff F. $.
ax-fal $a |- ( F. -> ph ) $.
${ $d x ps $.  later.1 $e |- ( ph -> ps ) $.
   later $p |- A. x ( ph -> ps ) $= ( wi ax-gen ) ABECDF $. $}
