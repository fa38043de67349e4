$( A small database of classical propositional calculus, the default library of
fwd's Metamath plugin. Implication and negation come by the axioms of
Lukasiewicz and modus ponens, equivalence by three axioms, conjunction and
disjunction by definitions. Each theorem is proved from earlier ones in a few
steps. This file is made by tools/build_propositional.py from
tools/propositional.src: edit that source, then run the builder. $)

$(
===============================================================================
  Formulas
===============================================================================
$)

  $c ( ) -. -> <-> /\ \/ wff |- $.
  $v ph ps ch th ta et ze si $.

  wph $f wff ph $.
  wps $f wff ps $.
  wch $f wff ch $.
  wth $f wff th $.
  wta $f wff ta $.
  wet $f wff et $.
  wze $f wff ze $.
  wsi $f wff si $.

  $( The negation of a formula is a formula. $)
  wn $a wff -. ph $.

  $( An implication is a formula. $)
  wi $a wff ( ph -> ps ) $.

  $( An equivalence is a formula. $)
  wb $a wff ( ph <-> ps ) $.

  $( A conjunction is a formula. $)
  wa $a wff ( ph /\ ps ) $.

  $( A disjunction is a formula. $)
  wo $a wff ( ph \/ ps ) $.

$(
===============================================================================
  Implication
===============================================================================
$)

  $( What holds, holds under any assumption. $)
  ax-keep $a |- ( ph -> ( ps -> ph ) ) $.

  $( An assumption distributes over an implication. $)
  ax-dist $a |- ( ( ph -> ( ps -> ch ) ) -> ( ( ph -> ps ) -> ( ph -> ch ) ) )
  $.

  $( An implication follows from its contrapositive. $)
  ax-contra $a |- ( ( -. ph -> -. ps ) -> ( ps -> ph ) ) $.

  ${
    ax-mp.1 $e |- ph $.
    ax-mp.2 $e |- ( ph -> ps ) $.
    $( From a statement and an implication from it, infer what it implies. $)
    ax-mp $a |- ps $.
  $}

  ${
    keep-i.1 $e |- ph $.
    $( Put any assumption in front of a theorem. $)
    keep-i $p |- ( ps -> ph ) $=
      ( ax-keep wi ax-mp ) ABAECABDF $.
  $}

  ${
    dist-i.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Distribute an assumption over an implication. $)
    dist-i $p |- ( ( ph -> ps ) -> ( ph -> ch ) ) $=
      ( ax-dist wi ax-mp ) ABCFFABFACFFDABCEG $.
  $}

  ${
    mp-d.1 $e |- ( ph -> ps ) $.
    mp-d.2 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Detach under an assumption. $)
    mp-d $p |- ( ph -> ch ) $=
      ( dist-i wi ax-mp ) ABGACGDABCEFH $.
  $}

  ${
    chain.1 $e |- ( ph -> ps ) $.
    chain.2 $e |- ( ps -> ch ) $.
    $( Chain two implications. $)
    chain $p |- ( ph -> ch ) $=
      ( wi keep-i mp-d ) ABCDBCFAEGH $.
  $}

  $( Every statement implies itself. $)
  id $p |- ( ph -> ph ) $=
    ( ax-keep wi mp-d ) AAACZAAABAEBD $.

  $( Every statement implies itself under an assumption. $)
  id-d $p |- ( ph -> ( ps -> ps ) ) $=
    ( id wi keep-i ) BBDABCE $.

  ${
    keep-d.1 $e |- ( ph -> ps ) $.
    $( Put a second assumption before a conclusion. $)
    keep-d $p |- ( ph -> ( ch -> ps ) ) $=
      ( ax-keep wi chain ) ABCBFDBCEG $.
  $}

  ${
    keep-ii.1 $e |- ph $.
    $( Put two assumptions in front of a theorem. $)
    keep-ii $p |- ( ps -> ( ch -> ph ) ) $=
      ( keep-i keep-d ) BACABDEF $.
  $}

  ${
    keep-dd.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Put a third assumption before a conclusion. $)
    keep-dd $p |- ( ph -> ( ps -> ( th -> ch ) ) ) $=
      ( ax-keep wi keep-i dist-i chain ) ABCGBDCGZGEBCKCKGBCDFHIJ $.
  $}

  ${
    prefix-i.1 $e |- ( ph -> ps ) $.
    $( Put a common assumption on both sides. $)
    prefix-i $p |- ( ( ch -> ph ) -> ( ch -> ps ) ) $=
      ( wi keep-i dist-i ) CABABECDFG $.
  $}

  $( Implications compose, the later one first. $)
  prefix $p |- ( ( ph -> ps ) -> ( ( ch -> ph ) -> ( ch -> ps ) ) ) $=
    ( wi ax-keep ax-dist chain ) ABDZCHDCADCBDDHCECABFG $.

  ${
    mp-first.1 $e |- ph $.
    mp-first.2 $e |- ( ps -> ( ph -> ch ) ) $.
    $( Discharge a second assumption that is a theorem. $)
    mp-first $p |- ( ps -> ch ) $=
      ( keep-i mp-d ) BACABDFEG $.
  $}

  ${
    mp-two.1 $e |- ph $.
    mp-two.2 $e |- ps $.
    mp-two.3 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Detach two premises. $)
    mp-two $p |- ch $=
      ( mp-first ax-mp ) ACDBACEFGH $.
  $}

  ${
    swap-i.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Exchange two assumptions. $)
    swap-i $p |- ( ps -> ( ph -> ch ) ) $=
      ( ax-keep dist-i wi chain ) BABGACGBAEABCDFH $.
  $}

  $( Two assumptions may be exchanged. $)
  swap $p |- ( ( ph -> ( ps -> ch ) ) -> ( ps -> ( ph -> ch ) ) ) $=
    ( wi id swap-i prefix chain ) BABCDZDZACDZBICDJKDIBCIEFICAGHF $.

  ${
    suffix-i.1 $e |- ( ph -> ps ) $.
    $( Weaken the assumption of an implication. $)
    suffix-i $p |- ( ( ps -> ch ) -> ( ph -> ch ) ) $=
      ( prefix wi mp-first ) ABFBCFACFDBCAEG $.
  $}

  $( Implications compose, the earlier one first. $)
  suffix $p |- ( ( ph -> ps ) -> ( ( ps -> ch ) -> ( ph -> ch ) ) ) $=
    ( prefix wi swap-i ) BCEABEACEBCADF $.

  ${
    prefix-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Put a common assumption on both sides, under an assumption. $)
    prefix-d $p |- ( ph -> ( ( th -> ps ) -> ( th -> ch ) ) ) $=
      ( prefix wi chain ) ABCGDBGDCGGEBCDFH $.
  $}

  ${
    suffix-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Weaken the assumption of an implication, under an assumption. $)
    suffix-d $p |- ( ph -> ( ( ch -> th ) -> ( ps -> th ) ) ) $=
      ( suffix wi chain ) ABCGCDGBDGGEBCDFH $.
  $}

  ${
    dist-d.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Distribute an assumption over an implication, under another. $)
    dist-d $p |- ( ph -> ( ( ps -> ch ) -> ( ps -> th ) ) ) $=
      ( ax-dist wi chain ) ABCDGGBCGBDGGEBCDFH $.
  $}

  $( Detachment as a theorem. $)
  assert $p |- ( ph -> ( ( ph -> ps ) -> ps ) ) $=
    ( wi id swap-i ) ABCZABFDE $.

  ${
    assert-i.1 $e |- ph $.
    $( A theorem can be detached from any implication that starts with it. $)
    assert-i $p |- ( ( ph -> ps ) -> ps ) $=
      ( wi id mp-first ) AABDZBCGEF $.
  $}

  $( An assumption that is made twice need be made only once. $)
  contract $p |- ( ( ph -> ( ph -> ps ) ) -> ( ph -> ps ) ) $=
    ( assert wi dist-i ) AABDBABCE $.

  ${
    contract-i.1 $e |- ( ph -> ( ph -> ps ) ) $.
    $( Drop a repeated assumption. $)
    contract-i $p |- ( ph -> ps ) $=
      ( id mp-d ) AABADCE $.
  $}

  ${
    contract-d.1 $e |- ( ph -> ( ps -> ( ps -> ch ) ) ) $.
    $( Drop a repeated assumption, under another. $)
    contract-d $p |- ( ph -> ( ps -> ch ) ) $=
      ( contract wi chain ) ABBCFZFHDBCEG $.
  $}

  ${
    chain-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    chain-d.2 $e |- ( ph -> ( ch -> th ) ) $.
    $( Chain two implications under an assumption. $)
    chain-d $p |- ( ph -> ( ps -> th ) ) $=
      ( suffix-d wi mp-d ) ACDHBDHFABCDEGI $.
  $}

  ${
    chain-three.1 $e |- ( ph -> ps ) $.
    chain-three.2 $e |- ( ps -> ch ) $.
    chain-three.3 $e |- ( ch -> th ) $.
    $( Chain three implications. $)
    chain-three $p |- ( ph -> th ) $=
      ( chain ) ABDEBCDFGHH $.
  $}

  ${
    chain-second.1 $e |- ( ph -> ps ) $.
    chain-second.2 $e |- ( ch -> ( ps -> th ) ) $.
    $( Chain into a second assumption. $)
    chain-second $p |- ( ch -> ( ph -> th ) ) $=
      ( suffix-i wi chain ) CBDHADHFABDEGI $.
  $}

  ${
    chain-end.1 $e |- ( ph -> ( ps -> ch ) ) $.
    chain-end.2 $e |- ( ch -> th ) $.
    $( Chain at the end of two assumptions. $)
    chain-end $p |- ( ph -> ( ps -> th ) ) $=
      ( prefix-i wi chain ) ABCHBDHECDBFGI $.
  $}

  ${
    chain-end-three.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    chain-end-three.2 $e |- ( th -> ta ) $.
    $( Chain at the end of three assumptions. $)
    chain-end-three $p |- ( ph -> ( ps -> ( ch -> ta ) ) ) $=
      ( prefix-i wi chain-end ) ABCDICEIFDECGHJ $.
  $}

  ${
    chain-fork.1 $e |- ( ph -> ps ) $.
    chain-fork.2 $e |- ( ph -> ch ) $.
    chain-fork.3 $e |- ( ps -> ( ch -> th ) ) $.
    $( Feed one assumption to both assumptions of an implication. $)
    chain-fork $p |- ( ph -> th ) $=
      ( wi chain mp-d ) ACDFABCDHEGIJ $.
  $}

  ${
    chain-pair.1 $e |- ( ph -> ps ) $.
    chain-pair.2 $e |- ( ch -> th ) $.
    chain-pair.3 $e |- ( ps -> ( th -> ta ) ) $.
    $( Chain into both assumptions of an implication. $)
    chain-pair $p |- ( ph -> ( ch -> ta ) ) $=
      ( wi chain chain-second ) CDAEGABDEIFHJK $.
  $}

  ${
    chain-turn.1 $e |- ( ph -> ps ) $.
    chain-turn.2 $e |- ( ch -> ( ps -> th ) ) $.
    $( Chain into a second assumption and exchange. $)
    chain-turn $p |- ( ph -> ( ch -> th ) ) $=
      ( chain-second swap-i ) CADABCDEFGH $.
  $}

  ${
    mp-dd.1 $e |- ( ph -> ( ps -> ch ) ) $.
    mp-dd.2 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Detach under two assumptions. $)
    mp-dd $p |- ( ph -> ( ps -> th ) ) $=
      ( dist-d wi mp-d ) ABCHBDHEABCDFGI $.
  $}

  ${
    mp-two-d.1 $e |- ( ph -> ps ) $.
    mp-two-d.2 $e |- ( ph -> ch ) $.
    mp-two-d.3 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Detach two premises under an assumption. $)
    mp-two-d $p |- ( ph -> th ) $=
      ( wi mp-d ) ACDFABCDHEGII $.
  $}

  ${
    mp-three.1 $e |- ph $.
    mp-three.2 $e |- ps $.
    mp-three.3 $e |- ch $.
    mp-three.4 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Detach three premises. $)
    mp-three $p |- th $=
      ( wi mp-two ax-mp ) CDGABCDIEFHJK $.
  $}

  ${
    chain-fork-three.1 $e |- ( ph -> ps ) $.
    chain-fork-three.2 $e |- ( ph -> ch ) $.
    chain-fork-three.3 $e |- ( ph -> th ) $.
    chain-fork-three.4 $e |- ( ps -> ( ch -> ( th -> ta ) ) ) $.
    $( Feed one assumption to three assumptions of an implication. $)
    chain-fork-three $p |- ( ph -> ta ) $=
      ( wi chain-fork mp-d ) ADEHABCDEJFGIKL $.
  $}

  ${
    chain-under.1 $e |- ( ph -> ( ps -> ch ) ) $.
    chain-under.2 $e |- ( ph -> ( ps -> th ) ) $.
    chain-under.3 $e |- ( ch -> ( th -> ta ) ) $.
    $( Feed two assumptions to both assumptions of an implication. $)
    chain-under $p |- ( ph -> ( ps -> ta ) ) $=
      ( wi chain-end mp-dd ) ABDEGABCDEIFHJK $.
  $}

  ${
    swap-d.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Exchange the second and the third assumption. $)
    swap-d $p |- ( ph -> ( ch -> ( ps -> th ) ) ) $=
      ( swap wi chain ) ABCDGGCBDGGEBCDFH $.
  $}

  ${
    rotate.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Move the first of three assumptions to the end. $)
    rotate $p |- ( ps -> ( ch -> ( ph -> th ) ) ) $=
      ( wi swap-i swap-d ) BACDABCDFEGH $.
  $}

  ${
    rotate-back.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Move the last of three assumptions to the front. $)
    rotate-back $p |- ( ch -> ( ph -> ( ps -> th ) ) ) $=
      ( rotate ) BCADABCDEFF $.
  $}

  ${
    reverse-three.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Reverse the order of three assumptions. $)
    reverse-three $p |- ( ch -> ( ps -> ( ph -> th ) ) ) $=
      ( rotate-back swap-d ) CABDABCDEFG $.
  $}

  ${
    join-imp.1 $e |- ( ph -> ps ) $.
    join-imp.2 $e |- ( ch -> th ) $.
    $( Strengthen the start and weaken the end of an implication. $)
    join-imp $p |- ( ( ps -> ch ) -> ( ph -> th ) ) $=
      ( prefix-i wi chain-second ) ABBCHDECDBFGI $.
  $}

  ${
    join-imp-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    join-imp-d.2 $e |- ( ph -> ( th -> ta ) ) $.
    $( Strengthen the start and weaken the end, under an assumption. $)
    join-imp-d $p |- ( ph -> ( ( ch -> th ) -> ( ps -> ta ) ) ) $=
      ( suffix-d prefix-d wi chain-d ) ACDJBDJBEJABCDFHADEBGIK $.
  $}

  $( An assumed implication may be replaced by its conclusion. $)
  drop $p |- ( ( ( ph -> ps ) -> ch ) -> ( ps -> ch ) ) $=
    ( ax-keep wi suffix-i ) BABECBADF $.

  ${
    drop-i.1 $e |- ( ( ph -> ps ) -> ch ) $.
    $( Replace an assumed implication by its conclusion. $)
    drop-i $p |- ( ps -> ch ) $=
      ( drop wi ax-mp ) ABFCFBCFDABCEG $.
  $}

  ${
    drop-d.1 $e |- ( ph -> ( ( ps -> ch ) -> th ) ) $.
    $( Replace an assumed implication by its conclusion, under an assumption.
    $)
    drop-d $p |- ( ph -> ( ch -> th ) ) $=
      ( ax-keep wi chain-second ) CBCGADCBFEH $.
  $}

  $( A trivial assumption can be dropped. $)
  self-mp $p |- ( ( ( ph -> ph ) -> ps ) -> ps ) $=
    ( id wi assert-i ) AADBACE $.

  ${
    self-mp-i.1 $e |- ( ( ph -> ph ) -> ps ) $.
    $( Drop a trivial assumption. $)
    self-mp-i $p |- ps $=
      ( id wi ax-mp ) AAEBADCF $.
  $}

  ${
    loop-end.1 $e |- ( ph -> ps ) $.
    loop-end.2 $e |- ( ( ph -> ps ) -> ( ch -> ph ) ) $.
    $( Recover an assumption from an implication and use it. $)
    loop-end $p |- ( ch -> ps ) $=
      ( wi ax-mp chain ) CABABFCAFDEGDH $.
  $}

  ${
    mp-swap-d.1 $e |- ( ph -> ps ) $.
    mp-swap-d.2 $e |- ( ch -> ( ps -> th ) ) $.
    $( Chain into an assumption and keep the end. $)
    mp-swap-d $p |- ( ch -> ( ph -> ( th -> th ) ) ) $=
      ( chain-second keep-dd ) CADDABCDEFGH $.
  $}

  $( Two assumptions may be put on both sides. $)
  prefix-two $p |- ( ( ph -> ps ) -> ( ( ch -> ( th -> ph ) ) -> ( ch -> ( th
  -> ps ) ) ) ) $=
    ( prefix wi prefix-d ) ABFDAFDBFCABDEG $.

  $( Three implications compose. $)
  suffix-three $p |- ( ( ph -> ps ) -> ( ( ps -> ch ) -> ( ( ch -> th ) -> ( ph
  -> th ) ) ) ) $=
    ( suffix wi chain-end ) ABFBCFACFCDFADFFABCEACDEG $.

  $( An assumption can be taken out of both sides of an implication. $)
  dist-back $p |- ( ( ( ph -> ps ) -> ( ph -> ch ) ) -> ( ph -> ( ps -> ch ) )
  ) $=
    ( wi drop swap-d ) ABDACDZDBACABGEF $.

  ${
    dist-back-i.1 $e |- ( ( ph -> ps ) -> ( ph -> ch ) ) $.
    $( Take an assumption out of both sides of an implication. $)
    dist-back-i $p |- ( ph -> ( ps -> ch ) ) $=
      ( wi swap-i drop-d ) AABCABEACDFG $.
  $}

  ${
    chain-front.1 $e |- ( ph -> ( ps -> ch ) ) $.
    chain-front.2 $e |- ( th -> ph ) $.
    $( Chain in front of two assumptions. $)
    chain-front $p |- ( th -> ( ps -> ch ) ) $=
      ( wi chain ) DABCGFEH $.
  $}

  ${
    chain-both-under.1 $e |- ( ph -> ( ps -> ch ) ) $.
    chain-both-under.2 $e |- ( th -> ( ch -> ta ) ) $.
    $( Chain two implications that stand under different assumptions. $)
    chain-both-under $p |- ( ph -> ( th -> ( ps -> ta ) ) ) $=
      ( prefix-d wi chain-turn ) ABCIDBEIFDCEBGHJ $.
  $}

$(
===============================================================================
  Negation
===============================================================================
$)

  ${
    contra-i.1 $e |- ( -. ph -> -. ps ) $.
    $( Undo a contraposition. $)
    contra-i $p |- ( ps -> ph ) $=
      ( ax-contra wn wi ax-mp ) AEBEFBAFCABDG $.
  $}

  ${
    contra-d.1 $e |- ( ph -> ( -. ps -> -. ch ) ) $.
    $( Undo a contraposition under an assumption. $)
    contra-d $p |- ( ph -> ( ch -> ps ) ) $=
      ( ax-contra wn wi chain ) ABFCFGCBGDBCEH $.
  $}

  $( A false statement implies everything. $)
  explode $p |- ( -. ph -> ( ph -> ps ) ) $=
    ( ax-contra wn wi drop-i ) BDADABEBACF $.

  $( A statement and its negation imply everything. $)
  explode-swap $p |- ( ph -> ( -. ph -> ps ) ) $=
    ( explode wn swap-i ) ADABABCE $.

  ${
    explode-i.1 $e |- ph $.
    explode-i.2 $e |- -. ph $.
    $( A contradiction proves everything. $)
    explode-i $p |- ps $=
      ( explode-swap wn mp-two ) AAFBCDABEG $.
  $}

  ${
    explode-n-i.1 $e |- -. ph $.
    $( Whatever is refuted implies everything. $)
    explode-n-i $p |- ( ph -> ps ) $=
      ( wn keep-i contra-i ) BAADBDCEF $.
  $}

  ${
    explode-d.1 $e |- ( ph -> -. ps ) $.
    $( Whatever is refuted under an assumption implies everything. $)
    explode-d $p |- ( ph -> ( ps -> ch ) ) $=
      ( wn keep-d contra-d ) ACBABECEDFG $.
  $}

  ${
    explode-both-d.1 $e |- ( ph -> ps ) $.
    explode-both-d.2 $e |- ( ph -> -. ps ) $.
    $( A contradiction under an assumption proves everything. $)
    explode-both-d $p |- ( ph -> ch ) $=
      ( explode-d mp-d ) ABCDABCEFG $.
  $}

  ${
    explode-p-d.1 $e |- ( ph -> ps ) $.
    $( The negation of what is shown implies everything. $)
    explode-p-d $p |- ( ph -> ( -. ps -> ch ) ) $=
      ( explode-swap wn chain-front ) BBFCABCEDG $.
  $}

  $( What follows from its own negation holds. $)
  clavius $p |- ( ( -. ph -> ph ) -> ph ) $=
    ( wn wi explode dist-i contra-d contract-i ) ABZACZAIAIHAIBZAJDEFG $.

  ${
    clavius-i.1 $e |- ( -. ph -> ph ) $.
    $( Infer what follows from its own negation. $)
    clavius-i $p |- ph $=
      ( clavius wn wi ax-mp ) ADAEABACF $.
  $}

  ${
    clavius-d.1 $e |- ( ph -> ( -. ps -> ps ) ) $.
    $( Infer what follows from its own negation, under an assumption. $)
    clavius-d $p |- ( ph -> ps ) $=
      ( clavius wn wi chain ) ABEBFBCBDG $.
  $}

  $( A double negation can be dropped. $)
  nn-elim $p |- ( -. -. ph -> ph ) $=
    ( wn explode clavius-d ) ABZBAEACD $.

  ${
    nn-elim-i.1 $e |- -. -. ph $.
    $( Drop a double negation. $)
    nn-elim-i $p |- ph $=
      ( wn explode-n-i clavius-i ) AACABDE $.
  $}

  ${
    nn-elim-d.1 $e |- ( ph -> -. -. ps ) $.
    $( Drop a double negation under an assumption. $)
    nn-elim-d $p |- ( ph -> ps ) $=
      ( wn explode-d clavius-d ) ABABDBCEF $.
  $}

  $( A double negation can be added. $)
  nn-intro $p |- ( ph -> -. -. ph ) $=
    ( wn nn-elim contra-i ) ABZBAECD $.

  ${
    nn-intro-i.1 $e |- ph $.
    $( Add a double negation. $)
    nn-intro-i $p |- -. -. ph $=
      ( nn-intro wn ax-mp ) AADDBACE $.
  $}

  ${
    nn-intro-d.1 $e |- ( ph -> ps ) $.
    $( Add a double negation under an assumption. $)
    nn-intro-d $p |- ( ph -> -. -. ps ) $=
      ( nn-intro wn chain ) ABBEECBDF $.
  $}

  ${
    nn-front-i.1 $e |- ( ph -> ps ) $.
    $( Negate an assumption twice. $)
    nn-front-i $p |- ( -. -. ph -> ps ) $=
      ( nn-elim wn chain ) AEEABADCF $.
  $}

  ${
    nn-front-drop-i.1 $e |- ( -. -. ph -> ps ) $.
    $( Drop a double negation in an assumption. $)
    nn-front-drop-i $p |- ( ph -> ps ) $=
      ( nn-intro wn chain ) AAEEBADCF $.
  $}

  $( An implication implies its contrapositive. $)
  transpose $p |- ( ( ph -> ps ) -> ( -. ps -> -. ph ) ) $=
    ( nn-elim nn-intro wn join-imp wi contra-d ) ABGAEZBEZIEABJEACBDFH $.

  ${
    transpose-i.1 $e |- ( ph -> ps ) $.
    $( Contrapose an implication. $)
    transpose-i $p |- ( -. ps -> -. ph ) $=
      ( transpose wi wn ax-mp ) ABEBFAFECABDG $.
  $}

  ${
    transpose-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Contrapose an implication under an assumption. $)
    transpose-d $p |- ( ph -> ( -. ch -> -. ps ) ) $=
      ( transpose wi wn chain ) ABCFCGBGFDBCEH $.
  $}

  $( Contraposition with a negated conclusion. $)
  transpose-right $p |- ( ( ph -> -. ps ) -> ( ps -> -. ph ) ) $=
    ( nn-elim wn suffix-i wi contra-d ) ABDZFADZBIDAHACEG $.

  ${
    transpose-right-i.1 $e |- ( ph -> -. ps ) $.
    $( Contrapose an implication with a negated conclusion. $)
    transpose-right-i $p |- ( ps -> -. ph ) $=
      ( wn nn-front-i contra-i ) ADBABDCEF $.
  $}

  ${
    transpose-right-d.1 $e |- ( ph -> ( ps -> -. ch ) ) $.
    $( Contrapose a negated conclusion under an assumption. $)
    transpose-right-d $p |- ( ph -> ( ch -> -. ps ) ) $=
      ( transpose-right wn wi chain ) ABCFGCBFGDBCEH $.
  $}

  $( Contraposition with a negated assumption. $)
  transpose-left $p |- ( ( -. ph -> ps ) -> ( -. ps -> ph ) ) $=
    ( nn-intro wn prefix-i wi contra-d ) ADZBFABDZBIDHBCEG $.

  ${
    transpose-left-i.1 $e |- ( -. ph -> ps ) $.
    $( Contrapose an implication with a negated assumption. $)
    transpose-left-i $p |- ( -. ps -> ph ) $=
      ( wn nn-intro-d contra-i ) ABDADBCEF $.
  $}

  ${
    transpose-left-d.1 $e |- ( ph -> ( -. ps -> ch ) ) $.
    $( Contrapose a negated assumption under an assumption. $)
    transpose-left-d $p |- ( ph -> ( -. ch -> ps ) ) $=
      ( transpose-left wn wi chain ) ABFCGCFBGDBCEH $.
  $}

  ${
    mt.1 $e |- ( ph -> ps ) $.
    mt.2 $e |- -. ps $.
    $( Refute an assumption by refuting what it implies. $)
    mt $p |- -. ph $=
      ( transpose-i wn ax-mp ) BFAFDABCEG $.
  $}

  ${
    mt-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    mt-d.2 $e |- ( ph -> -. ch ) $.
    $( Refute an assumption under another one. $)
    mt-d $p |- ( ph -> -. ps ) $=
      ( transpose-d wn mp-d ) ACGBGEABCDFH $.
  $}

  ${
    mt-n.1 $e |- ( ph -> -. ps ) $.
    mt-n.2 $e |- ps $.
    $( Refute an assumption that implies a false negation. $)
    mt-n $p |- -. ph $=
      ( transpose-right-i wn ax-mp ) BAFDABCEG $.
  $}

  ${
    mt-n-d.1 $e |- ( ph -> ( ps -> -. ch ) ) $.
    mt-n-d.2 $e |- ( ph -> ch ) $.
    $( Refute an assumption that implies a false negation, under another one.
    $)
    mt-n-d $p |- ( ph -> -. ps ) $=
      ( transpose-right-d wn mp-d ) ACBGEABCDFH $.
  $}

  ${
    mt-left.1 $e |- ( -. ph -> ps ) $.
    mt-left.2 $e |- -. ps $.
    $( Prove a statement whose negation implies something false. $)
    mt-left $p |- ph $=
      ( wn mt nn-elim-i ) AAEBCDFG $.
  $}

  ${
    mt-left-d.1 $e |- ( ph -> ( -. ps -> ch ) ) $.
    mt-left-d.2 $e |- ( ph -> -. ch ) $.
    $( Prove a statement whose negation implies something false, under an
    assumption. $)
    mt-left-d $p |- ( ph -> ps ) $=
      ( wn mt-d nn-elim-d ) ABABFCDEGH $.
  $}

  ${
    mt-both-i.1 $e |- ( -. ph -> -. ps ) $.
    mt-both-i.2 $e |- ps $.
    $( Prove a statement whose negation refutes a theorem. $)
    mt-both-i $p |- ph $=
      ( wn mt-n nn-elim-i ) AAEBCDFG $.
  $}

  ${
    mt-both-d.1 $e |- ( ph -> ( -. ps -> -. ch ) ) $.
    mt-both-d.2 $e |- ( ph -> ch ) $.
    $( Prove a statement whose negation refutes what is shown, under an
    assumption. $)
    mt-both-d $p |- ( ph -> ps ) $=
      ( wn mt-n-d nn-elim-d ) ABABFCDEGH $.
  $}

  $( What implies a false statement is false. $)
  mt-closed $p |- ( -. ph -> ( ( ps -> ph ) -> -. ps ) ) $=
    ( transpose wi wn swap-i ) BADAEBEBACF $.

  $( What implies its own negation is false. $)
  absurd $p |- ( ( ph -> -. ph ) -> -. ph ) $=
    ( wn transpose wi clavius-d ) AABZDFAFCE $.

  ${
    absurd-i.1 $e |- ( ph -> -. ph ) $.
    $( Refute what implies its own negation. $)
    absurd-i $p |- -. ph $=
      ( wn nn-front-i clavius-i ) ACZAFBDE $.
  $}

  ${
    absurd-d.1 $e |- ( ph -> ( ps -> -. ps ) ) $.
    $( Refute what implies its own negation, under an assumption. $)
    absurd-d $p |- ( ph -> -. ps ) $=
      ( wn transpose-d clavius-d ) ABDZABGCEF $.
  $}

  $( What implies a contradiction is false. $)
  absurd-two $p |- ( ( ph -> ps ) -> ( ( ph -> -. ps ) -> -. ph ) ) $=
    ( wn assert wi transpose-right-d dist-i ) ABEAABCZEZABICAIBAHDFGF $.

  ${
    absurd-two-i.1 $e |- ( ph -> ps ) $.
    absurd-two-i.2 $e |- ( ph -> -. ps ) $.
    $( Refute what implies a contradiction. $)
    absurd-two-i $p |- -. ph $=
      ( wn explode-both-d absurd-i ) AABAECDFG $.
  $}

  ${
    absurd-two-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    absurd-two-d.2 $e |- ( ph -> ( ps -> -. ch ) ) $.
    $( Refute what implies a contradiction, under an assumption. $)
    absurd-two-d $p |- ( ph -> -. ps ) $=
      ( absurd-two wi wn chain-fork ) ABCGBCHGBHDEBCFI $.
  $}

  $( A statement holds when its negation implies a contradiction. $)
  reductio $p |- ( ( -. ph -> ps ) -> ( ( -. ph -> -. ps ) -> ph ) ) $=
    ( wn absurd-two wi transpose-right-d contra-d ) ACZBEZAHBCEZIJHHBDFG $.

  ${
    reductio-i.1 $e |- ( -. ph -> ps ) $.
    reductio-i.2 $e |- ( -. ph -> -. ps ) $.
    $( Prove a statement by refuting its negation. $)
    reductio-i $p |- ph $=
      ( wn absurd-two-i nn-elim-i ) AAEBCDFG $.
  $}

  ${
    reductio-d.1 $e |- ( ph -> ( -. ps -> ch ) ) $.
    reductio-d.2 $e |- ( ph -> ( -. ps -> -. ch ) ) $.
    $( Prove a statement by refuting its negation, under an assumption. $)
    reductio-d $p |- ( ph -> ps ) $=
      ( wn absurd-two-d nn-elim-d ) ABABFCDEGH $.
  $}

  $( What follows in both cases holds. $)
  cases $p |- ( ( ph -> ps ) -> ( ( -. ph -> ps ) -> ps ) ) $=
    ( transpose wi wn suffix-d clavius chain-end ) ABDZAEZBDBEZBDBIKJBABCFBGH
    $.

  ${
    cases-i.1 $e |- ( ph -> ps ) $.
    cases-i.2 $e |- ( -. ph -> ps ) $.
    $( Prove a statement in both cases. $)
    cases-i $p |- ps $=
      ( cases wi wn mp-two ) ABFAGBFBCDABEH $.
  $}

  ${
    cases-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    cases-d.2 $e |- ( ph -> ( -. ps -> ch ) ) $.
    $( Prove a statement in both cases, under an assumption. $)
    cases-d $p |- ( ph -> ch ) $=
      ( cases wi wn chain-fork ) ABCGBHCGCDEBCFI $.
  $}

  ${
    cases-first.1 $e |- ( ph -> ( ps -> ch ) ) $.
    cases-first.2 $e |- ( -. ph -> ( ps -> ch ) ) $.
    $( Prove an implication in both cases. $)
    cases-first $p |- ( ps -> ch ) $=
      ( wi cases-i ) ABCFDEG $.
  $}

  $( What follows in both cases holds, the negative case first. $)
  cases-swap $p |- ( ( -. ph -> ps ) -> ( ( ph -> ps ) -> ps ) ) $=
    ( cases wi wn swap-i ) ABDAEBDBABCF $.

  ${
    cases-join.1 $e |- ( ph -> ch ) $.
    cases-join.2 $e |- ( -. ps -> ch ) $.
    cases-join.3 $e |- ( -. ph -> ( ps -> ch ) ) $.
    $( Prove a statement in three cases. $)
    cases-join $p |- ch $=
      ( keep-d wi cases-i ) BCABCHACBDGFIEI $.
  $}

  ${
    cases-neg.1 $e |- ( ph -> -. ps ) $.
    cases-neg.2 $e |- ( -. ph -> -. ps ) $.
    $( Refute a statement in both cases. $)
    cases-neg $p |- -. ps $=
      ( wn cases-i ) ABECDF $.
  $}

  ${
    cases-mp.1 $e |- ( -. ph -> ch ) $.
    cases-mp.2 $e |- ( ps -> ch ) $.
    $( Prove a conclusion from an implication by its two cases. $)
    cases-mp $p |- ( ( ph -> ps ) -> ch ) $=
      ( transpose-left-i wn join-imp wi clavius-d ) ABICCGABCACDFEHJ $.
  $}

  ${
    cases-mp-d.1 $e |- ( ph -> ( -. ps -> th ) ) $.
    cases-mp-d.2 $e |- ( ph -> ( ch -> th ) ) $.
    $( Prove a conclusion from an implication by its two cases, under an
    assumption. $)
    cases-mp-d $p |- ( ph -> ( ( ps -> ch ) -> th ) ) $=
      ( wn swap-i wi cases-mp ) BCIADBCADIABGDEHACDFHJH $.
  $}

  $( An implication has two cases. $)
  cases-mp-closed $p |- ( ( -. ph -> ch ) -> ( ( ps -> ch ) -> ( ( ph -> ps )
  -> ch ) ) ) $=
    ( suffix cases-swap wi wn chain-both-under rotate )
    ABFZAGCFZBCFZCJLACFKCABCDACEHI $.

  $( Peirce's law. $)
  peirce $p |- ( ( ( ph -> ps ) -> ph ) -> ph ) $=
    ( explode wn wi suffix-i clavius-d ) ABEZAEAADHAABCFG $.

  ${
    peirce-i.1 $e |- ( ( ph -> ps ) -> ph ) $.
    $( Infer by Peirce's law. $)
    peirce-i $p |- ph $=
      ( peirce wi ax-mp ) ABEAEACABDF $.
  $}

  ${
    peirce-d.1 $e |- ( ph -> ( ( ps -> ch ) -> ps ) ) $.
    $( Infer by Peirce's law, under an assumption. $)
    peirce-d $p |- ( ph -> ps ) $=
      ( peirce wi chain ) ABCFBFBDBCEG $.
  $}

  $( A false implication has a true assumption. $)
  not-imp-left $p |- ( -. ( ph -> ps ) -> ph ) $=
    ( explode wi transpose-left-i ) AABDABCE $.

  $( A false implication has a false conclusion. $)
  not-imp-right $p |- ( -. ( ph -> ps ) -> -. ps ) $=
    ( ax-keep wi transpose-i ) BABDBACE $.

  ${
    not-imp-left-i.1 $e |- -. ( ph -> ps ) $.
    $( Infer the assumption of a refuted implication. $)
    not-imp-left-i $p |- ph $=
      ( wi explode-n-i peirce-i ) ABABDACEF $.
  $}

  ${
    not-imp-right-i.1 $e |- -. ( ph -> ps ) $.
    $( Refute the conclusion of a refuted implication. $)
    not-imp-right-i $p |- -. ps $=
      ( ax-keep wi mt ) BABEBADCF $.
  $}

  ${
    not-imp-left-d.1 $e |- ( ph -> -. ( ps -> ch ) ) $.
    $( Infer the assumption of a refuted implication, under an assumption. $)
    not-imp-left-d $p |- ( ph -> ps ) $=
      ( wi explode-d peirce-d ) ABCABCEBDFG $.
  $}

  ${
    not-imp-right-d.1 $e |- ( ph -> -. ( ps -> ch ) ) $.
    $( Refute the conclusion of a refuted implication, under an assumption. $)
    not-imp-right-d $p |- ( ph -> -. ch ) $=
      ( not-imp-right wi wn chain ) ABCFGCGDBCEH $.
  $}

  $( A true statement does not imply a false one. $)
  not-imp-make $p |- ( ph -> ( -. ps -> -. ( ph -> ps ) ) ) $=
    ( assert wi transpose-d ) AABDBABCE $.

  ${
    not-imp-make-i.1 $e |- ph $.
    not-imp-make-i.2 $e |- -. ps $.
    $( Refute an implication from something true to something false. $)
    not-imp-make-i $p |- -. ( ph -> ps ) $=
      ( assert-i wi mt ) ABFBABCEDG $.
  $}

  ${
    not-imp-make-d.1 $e |- ( ph -> ps ) $.
    not-imp-make-d.2 $e |- ( ph -> -. ch ) $.
    $( Refute an implication under an assumption. $)
    not-imp-make-d $p |- ( ph -> -. ( ps -> ch ) ) $=
      ( not-imp-make wn wi chain-fork ) ABCGBCHGDEBCFI $.
  $}

  $( The conclusion of a false implication implies everything. $)
  not-imp-any $p |- ( -. ( ph -> ps ) -> ( ps -> ch ) ) $=
    ( not-imp-right wi wn explode-d ) ABEFBCABDG $.

  $( Of two statements one implies the other. $)
  linear-imp $p |- ( -. ( ph -> ps ) -> ( ps -> ph ) ) $=
    ( not-imp-any ) ABAC $.

  $( Two ways to say that one of two statements holds. $)
  or-imp $p |- ( ( ( ph -> ps ) -> ps ) -> ( -. ph -> ps ) ) $=
    ( explode wn wi suffix-i ) ADABEBABCF $.

  $( Contraposition drops a double negation. $)
  nn-transpose $p |- ( ( -. -. ph -> ps ) -> ( -. ps -> -. ph ) ) $=
    ( wn transpose-left ) ACBD $.

  ${
    not-mono.1 $e |- ( ph -> ps ) $.
    not-mono.2 $e |- ( ch -> -. ps ) $.
    $( Two implications with contrary ends exclude each other. $)
    not-mono $p |- ( ph -> -. ch ) $=
      ( transpose-right-i wn chain ) ABCGDCBEFH $.
  $}

  ${
    not-mono-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    not-mono-d.2 $e |- ( ph -> ( th -> -. ch ) ) $.
    $( Two implications with contrary ends exclude each other, under an
    assumption. $)
    not-mono-d $p |- ( ph -> ( ps -> -. th ) ) $=
      ( transpose-right-d wn chain-d ) ABCDHEADCFGI $.
  $}

  ${
    n-chain.1 $e |- ( -. ph -> ps ) $.
    n-chain.2 $e |- ( ch -> -. ps ) $.
    $( Chain through a negation. $)
    n-chain $p |- ( ch -> ph ) $=
      ( wn not-mono contra-i ) ACAFBCDEGH $.
  $}

  ${
    n-chain-d.1 $e |- ( ph -> ( -. ps -> ch ) ) $.
    n-chain-d.2 $e |- ( ph -> ( th -> -. ch ) ) $.
    $( Chain through a negation, under an assumption. $)
    n-chain-d $p |- ( ph -> ( th -> ps ) ) $=
      ( wn not-mono-d contra-d ) ABDABGCDEFHI $.
  $}

  ${
    nn-under.1 $e |- ( ph -> ( -. -. ps -> ch ) ) $.
    $( Drop a double negation in a second assumption. $)
    nn-under $p |- ( ph -> ( ps -> ch ) ) $=
      ( wn transpose-left-d contra-d ) ACBABECDFG $.
  $}

$(
===============================================================================
  Equivalence
===============================================================================
$)

  $( An equivalence gives the forward implication. $)
  ax-bi-fwd $a |- ( ( ph <-> ps ) -> ( ph -> ps ) ) $.

  $( An equivalence gives the backward implication. $)
  ax-bi-rev $a |- ( ( ph <-> ps ) -> ( ps -> ph ) ) $.

  $( Two opposite implications give an equivalence. $)
  ax-bi-make $a |- ( ( ph -> ps ) -> ( ( ps -> ph ) -> ( ph <-> ps ) ) ) $.

  ${
    bi-fwd-i.1 $e |- ( ph <-> ps ) $.
    $( Infer the forward implication. $)
    bi-fwd-i $p |- ( ph -> ps ) $=
      ( ax-bi-fwd wb wi ax-mp ) ABEABFCABDG $.
  $}

  ${
    bi-rev-i.1 $e |- ( ph <-> ps ) $.
    $( Infer the backward implication. $)
    bi-rev-i $p |- ( ps -> ph ) $=
      ( ax-bi-rev wb wi ax-mp ) ABEBAFCABDG $.
  $}

  ${
    bi-fwd-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Infer the forward implication under an assumption. $)
    bi-fwd-d $p |- ( ph -> ( ps -> ch ) ) $=
      ( ax-bi-fwd wb chain-front ) BCFBCABCEDG $.
  $}

  ${
    bi-rev-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Infer the backward implication under an assumption. $)
    bi-rev-d $p |- ( ph -> ( ch -> ps ) ) $=
      ( ax-bi-rev wb wi chain ) ABCFCBGDBCEH $.
  $}

  ${
    bi-make-i.1 $e |- ( ph -> ps ) $.
    bi-make-i.2 $e |- ( ps -> ph ) $.
    $( Infer an equivalence from two implications. $)
    bi-make-i $p |- ( ph <-> ps ) $=
      ( ax-bi-make wi wb mp-two ) ABFBAFABGCDABEH $.
  $}

  ${
    bi-make-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    bi-make-d.2 $e |- ( ph -> ( ch -> ps ) ) $.
    $( Infer an equivalence under an assumption. $)
    bi-make-d $p |- ( ph -> ( ps <-> ch ) ) $=
      ( ax-bi-make wi wb chain-fork ) ABCGCBGBCHDEBCFI $.
  $}

  ${
    bi-make-dd.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    bi-make-dd.2 $e |- ( ph -> ( ps -> ( th -> ch ) ) ) $.
    $( Infer an equivalence under two assumptions. $)
    bi-make-dd $p |- ( ph -> ( ps -> ( ch <-> th ) ) ) $=
      ( ax-bi-make wi wb chain-under ) ABCDHDCHCDIEFCDGJ $.
  $}

  ${
    bi-mp.1 $e |- ph $.
    bi-mp.2 $e |- ( ph <-> ps ) $.
    $( Detach along an equivalence. $)
    bi-mp $p |- ps $=
      ( bi-fwd-i ax-mp ) ABCABDEF $.
  $}

  ${
    bi-mp-rev.1 $e |- ph $.
    bi-mp-rev.2 $e |- ( ps <-> ph ) $.
    $( Detach backward along an equivalence. $)
    bi-mp-rev $p |- ps $=
      ( bi-rev-i ax-mp ) ABCBADEF $.
  $}

  ${
    bi-mp-d.1 $e |- ( ph -> ps ) $.
    bi-mp-d.2 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Detach along an equivalence under an assumption. $)
    bi-mp-d $p |- ( ph -> ch ) $=
      ( bi-fwd-d mp-d ) ABCDABCEFG $.
  $}

  ${
    bi-mp-rev-d.1 $e |- ( ph -> ps ) $.
    bi-mp-rev-d.2 $e |- ( ph -> ( ch <-> ps ) ) $.
    $( Detach backward along an equivalence under an assumption. $)
    bi-mp-rev-d $p |- ( ph -> ch ) $=
      ( bi-rev-d mp-d ) ABCDACBEFG $.
  $}

  ${
    bi-mt.1 $e |- -. ps $.
    bi-mt.2 $e |- ( ph <-> ps ) $.
    $( Refute along an equivalence. $)
    bi-mt $p |- -. ph $=
      ( bi-fwd-i mt ) ABABDECF $.
  $}

  ${
    bi-mt-rev.1 $e |- -. ph $.
    bi-mt-rev.2 $e |- ( ph <-> ps ) $.
    $( Refute backward along an equivalence. $)
    bi-mt-rev $p |- -. ps $=
      ( bi-rev-i mt ) BAABDECF $.
  $}

  ${
    bi-mt-d.1 $e |- ( ph -> -. ch ) $.
    bi-mt-d.2 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Refute along an equivalence under an assumption. $)
    bi-mt-d $p |- ( ph -> -. ps ) $=
      ( bi-fwd-d mt-d ) ABCABCEFDG $.
  $}

  ${
    bi-mp-first.1 $e |- ph $.
    bi-mp-first.2 $e |- ( ps -> ( ph <-> ch ) ) $.
    $( Detach a theorem along an equivalence under an assumption. $)
    bi-mp-first $p |- ( ps -> ch ) $=
      ( keep-i bi-mp-d ) BACABDFEG $.
  $}

  $( Every statement is equivalent to itself. $)
  bi-id $p |- ( ph <-> ph ) $=
    ( ax-bi-make wi wb contract-i self-mp-i ) AAADZAACGAABEF $.

  $( Every statement is equivalent to itself, under an assumption. $)
  bi-id-d $p |- ( ph -> ( ps <-> ps ) ) $=
    ( bi-id wb keep-i ) BBDABCE $.

  ${
    bi-sym-i.1 $e |- ( ph <-> ps ) $.
    $( Exchange the sides of an equivalence. $)
    bi-sym-i $p |- ( ps <-> ph ) $=
      ( bi-rev-i bi-fwd-i bi-make-i ) BAABCDABCEF $.
  $}

  $( The sides of an equivalence may be exchanged. $)
  bi-sym $p |- ( ( ph <-> ps ) -> ( ps <-> ph ) ) $=
    ( ax-bi-rev ax-bi-fwd wb bi-make-d ) ABEBAABCABDF $.

  ${
    bi-sym-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Exchange the sides of an equivalence under an assumption. $)
    bi-sym-d $p |- ( ph -> ( ch <-> ps ) ) $=
      ( bi-sym wb chain ) ABCFCBFDBCEG $.
  $}

  $( Equivalence is symmetric. $)
  bi-sym-bi $p |- ( ( ph <-> ps ) <-> ( ps <-> ph ) ) $=
    ( bi-sym wb bi-make-i ) ABDBADABCBACE $.

  ${
    bi-chain-fwd.1 $e |- ( ph -> ps ) $.
    bi-chain-fwd.2 $e |- ( ps <-> ch ) $.
    $( Replace a conclusion by its equivalent. $)
    bi-chain-fwd $p |- ( ph -> ch ) $=
      ( wb keep-i bi-mp-d ) ABCDBCFAEGH $.
  $}

  ${
    bi-chain-rev.1 $e |- ( ph -> ps ) $.
    bi-chain-rev.2 $e |- ( ch <-> ps ) $.
    $( Replace a conclusion by its equivalent, backward. $)
    bi-chain-rev $p |- ( ph -> ch ) $=
      ( wb keep-i bi-mp-rev-d ) ABCDCBFAEGH $.
  $}

  ${
    bi-front-fwd.1 $e |- ( ph <-> ps ) $.
    bi-front-fwd.2 $e |- ( ps -> ch ) $.
    $( Replace an assumption by its equivalent. $)
    bi-front-fwd $p |- ( ph -> ch ) $=
      ( bi-fwd-i chain ) ABCABDFEG $.
  $}

  ${
    bi-front-rev.1 $e |- ( ph <-> ps ) $.
    bi-front-rev.2 $e |- ( ph -> ch ) $.
    $( Replace an assumption by its equivalent, backward. $)
    bi-front-rev $p |- ( ps -> ch ) $=
      ( bi-rev-i chain ) BACABDFEG $.
  $}

  ${
    bi-chain-fwd-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    bi-chain-fwd-d.2 $e |- ( ph -> ( ch <-> th ) ) $.
    $( Replace a conclusion by its equivalent under an assumption. $)
    bi-chain-fwd-d $p |- ( ph -> ( ps -> th ) ) $=
      ( bi-fwd-d chain-d ) ABCDEACDFGH $.
  $}

  ${
    bi-chain-rev-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    bi-chain-rev-d.2 $e |- ( ph -> ( th <-> ch ) ) $.
    $( Replace a conclusion by its equivalent under an assumption, backward. $)
    bi-chain-rev-d $p |- ( ph -> ( ps -> th ) ) $=
      ( bi-rev-d chain-d ) ABCDEADCFGH $.
  $}

  ${
    bi-front-fwd-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-front-fwd-d.2 $e |- ( ph -> ( ch -> th ) ) $.
    $( Replace an assumption by its equivalent under another one. $)
    bi-front-fwd-d $p |- ( ph -> ( ps -> th ) ) $=
      ( bi-fwd-d chain-d ) ABCDABCEGFH $.
  $}

  ${
    bi-end.1 $e |- ( ph -> ( ps -> ch ) ) $.
    bi-end.2 $e |- ( ch <-> th ) $.
    $( Replace a conclusion after two assumptions. $)
    bi-end $p |- ( ph -> ( ps -> th ) ) $=
      ( wb keep-i bi-chain-fwd-d ) ABCDECDGAFHI $.
  $}

  ${
    bi-second.1 $e |- ( ph <-> ps ) $.
    bi-second.2 $e |- ( ch -> ( ps -> th ) ) $.
    $( Replace a second assumption. $)
    bi-second $p |- ( ch -> ( ph -> th ) ) $=
      ( wb keep-i bi-front-fwd-d ) CABDABGCEHFI $.
  $}

  ${
    bi-trans-i.1 $e |- ( ph <-> ps ) $.
    bi-trans-i.2 $e |- ( ps <-> ch ) $.
    $( Chain two equivalences. $)
    bi-trans-i $p |- ( ph <-> ch ) $=
      ( bi-fwd-i bi-chain-fwd bi-rev-i bi-chain-rev bi-make-i )
      ACABCABDFEGCBABCEHDIJ $.
  $}

  ${
    bi-trans-left-i.1 $e |- ( ph <-> ps ) $.
    bi-trans-left-i.2 $e |- ( ph <-> ch ) $.
    $( Two equivalents of one statement are equivalent. $)
    bi-trans-left-i $p |- ( ps <-> ch ) $=
      ( bi-sym-i bi-trans-i ) BACABDFEG $.
  $}

  ${
    bi-trans-right-i.1 $e |- ( ph <-> ps ) $.
    bi-trans-right-i.2 $e |- ( ch <-> ps ) $.
    $( Two statements with a common equivalent are equivalent. $)
    bi-trans-right-i $p |- ( ph <-> ch ) $=
      ( bi-sym-i bi-trans-i ) ABCDCBEFG $.
  $}

  ${
    bi-trans-three.1 $e |- ( ph <-> ps ) $.
    bi-trans-three.2 $e |- ( ps <-> ch ) $.
    bi-trans-three.3 $e |- ( ch <-> th ) $.
    $( Chain three equivalences. $)
    bi-trans-three $p |- ( ph <-> th ) $=
      ( bi-trans-i ) ABDEBCDFGHH $.
  $}

  ${
    bi-trans-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-trans-d.2 $e |- ( ph -> ( ch <-> th ) ) $.
    $( Chain two equivalences under an assumption. $)
    bi-trans-d $p |- ( ph -> ( ps <-> th ) ) $=
      ( bi-fwd-d bi-chain-fwd-d bi-rev-d bi-chain-rev-d bi-make-d )
      ABDABCDABCEGFHADCBACDFIEJK $.
  $}

  ${
    bi-trans-left-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-trans-left-d.2 $e |- ( ph -> ( ps <-> th ) ) $.
    $( Two equivalents of one statement are equivalent, under an assumption. $)
    bi-trans-left-d $p |- ( ph -> ( ch <-> th ) ) $=
      ( bi-sym-d bi-trans-d ) ACBDABCEGFH $.
  $}

  ${
    bi-trans-right-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-trans-right-d.2 $e |- ( ph -> ( th <-> ch ) ) $.
    $( Two statements with a common equivalent are equivalent, under an
    assumption. $)
    bi-trans-right-d $p |- ( ph -> ( ps <-> th ) ) $=
      ( bi-sym-d bi-trans-d ) ABCDEADCFGH $.
  $}

  ${
    bi-trans-end.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-trans-end.2 $e |- ( ch <-> th ) $.
    $( Replace the right side of an equivalence under an assumption. $)
    bi-trans-end $p |- ( ph -> ( ps <-> th ) ) $=
      ( wb keep-i bi-trans-d ) ABCDECDGAFHI $.
  $}

  ${
    bi-trans-start.1 $e |- ( ph <-> ps ) $.
    bi-trans-start.2 $e |- ( ch -> ( ps <-> th ) ) $.
    $( Replace the left side of an equivalence under an assumption. $)
    bi-trans-start $p |- ( ch -> ( ph <-> th ) ) $=
      ( wb keep-i bi-trans-d ) CABDABGCEHFI $.
  $}

  ${
    bi-replace-both.1 $e |- ( ph <-> ps ) $.
    bi-replace-both.2 $e |- ( ch <-> th ) $.
    bi-replace-both.3 $e |- ( ph <-> ch ) $.
    $( Replace both sides of an equivalence. $)
    bi-replace-both $p |- ( ps <-> th ) $=
      ( bi-trans-left-i bi-trans-i ) BCDABCEGHFI $.
  $}

  ${
    bi-replace-both-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-replace-both-d.2 $e |- ( ps <-> th ) $.
    bi-replace-both-d.3 $e |- ( ch <-> ta ) $.
    $( Replace both sides of an equivalence under an assumption. $)
    bi-replace-both-d $p |- ( ph -> ( th <-> ta ) ) $=
      ( wb keep-i bi-trans-end bi-trans-left-d ) ABDEBDIAGJABCEFHKL $.
  $}

  $( Equivalences compose. $)
  bi-trans $p |- ( ( ph <-> ps ) -> ( ( ps <-> ch ) -> ( ph <-> ch ) ) ) $=
    ( ax-bi-fwd suffix wb wi chain-pair ax-bi-rev prefix bi-make-dd )
    ABFZBCFZACLABGMBCGACGABDBCDABCEHLBAGMCBGCAGABIBCIBACJHK $.

  $( Two equivalents of one statement are equivalent, as a theorem. $)
  bi-trans-left $p |- ( ( ph <-> ps ) -> ( ( ph <-> ch ) -> ( ps <-> ch ) ) )
  $=
    ( bi-sym-bi bi-trans wb wi bi-front-fwd ) ABFBAFACFBCFGABDBACEH $.

  ${
    not-bi-i.1 $e |- ( ph <-> ps ) $.
    $( Negate both sides of an equivalence. $)
    not-bi-i $p |- ( -. ph <-> -. ps ) $=
      ( bi-rev-i transpose-i bi-fwd-i wn bi-make-i ) AGBGBAABCDEABABCFEH $.
  $}

  ${
    not-bi-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Negate both sides of an equivalence under an assumption. $)
    not-bi-d $p |- ( ph -> ( -. ps <-> -. ch ) ) $=
      ( bi-rev-d transpose-d bi-fwd-d wn bi-make-d ) ABHCHACBABCDEFABCABCDGFI
      $.
  $}

  $( Both sides of an equivalence may be negated. $)
  not-bi $p |- ( ( ph <-> ps ) -> ( -. ph <-> -. ps ) ) $=
    ( wb id not-bi-d ) ABCZABFDE $.

  ${
    not-bi-drop-d.1 $e |- ( ph -> ( -. ps <-> -. ch ) ) $.
    $( Drop the negations on both sides of an equivalence, under an assumption.
    $)
    not-bi-drop-d $p |- ( ph -> ( ps <-> ch ) ) $=
      ( wn bi-rev-d contra-d bi-fwd-d bi-make-d ) ABCACBABEZCEZDFGABCAJKDHGI $.
  $}

  $( Two negations may be dropped from an equivalence. $)
  not-bi-drop $p |- ( ( -. ph <-> -. ps ) -> ( ph <-> ps ) ) $=
    ( wn wb id not-bi-drop-d ) ACBCDZABGEF $.

  ${
    not-bi-drop-i.1 $e |- ( -. ph <-> -. ps ) $.
    $( Drop the negations on both sides of an equivalence. $)
    not-bi-drop-i $p |- ( ph <-> ps ) $=
      ( not-bi-drop wn wb ax-mp ) AEBEFABFCABDG $.
  $}

  $( An equivalence is the equivalence of the negations. $)
  not-bi-bi $p |- ( ( ph <-> ps ) <-> ( -. ph <-> -. ps ) ) $=
    ( not-bi not-bi-drop wb wn bi-make-i ) ABEAFBFEABCABDG $.

  ${
    imp-left-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the assumption of an implication, under another one. $)
    imp-left-d $p |- ( ph -> ( ( ps -> th ) <-> ( ch -> th ) ) ) $=
      ( bi-rev-d suffix-d bi-fwd-d wi bi-make-d ) ABDICDIACBDABCEFGABCDABCEHGJ
      $.
  $}

  $( The assumption of an implication may be replaced. $)
  imp-left $p |- ( ( ph <-> ps ) -> ( ( ph -> ch ) <-> ( ps -> ch ) ) ) $=
    ( wb id imp-left-d ) ABDZABCGEF $.

  ${
    imp-left-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the assumption of an implication. $)
    imp-left-i $p |- ( ( ph -> ch ) <-> ( ps -> ch ) ) $=
      ( imp-left wb wi ax-mp ) ABFACGBCGFDABCEH $.
  $}

  ${
    imp-right-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the conclusion of an implication, under an assumption. $)
    imp-right-d $p |- ( ph -> ( ( th -> ps ) <-> ( th -> ch ) ) ) $=
      ( bi-fwd-d prefix-d bi-rev-d wi bi-make-d ) ADBIDCIABCDABCEFGACBDABCEHGJ
      $.
  $}

  $( The conclusion of an implication may be replaced. $)
  imp-right $p |- ( ( ph <-> ps ) -> ( ( ch -> ph ) <-> ( ch -> ps ) ) ) $=
    ( wb id imp-right-d ) ABDZABCGEF $.

  ${
    imp-right-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the conclusion of an implication. $)
    imp-right-i $p |- ( ( ch -> ph ) <-> ( ch -> ps ) ) $=
      ( imp-right wb wi ax-mp ) ABFCAGCBGFDABCEH $.
  $}

  ${
    imp-both-i.1 $e |- ( ph <-> ps ) $.
    imp-both-i.2 $e |- ( ch <-> th ) $.
    $( Replace both parts of an implication. $)
    imp-both-i $p |- ( ( ph -> ch ) <-> ( ps -> th ) ) $=
      ( imp-left-i imp-right-i wi bi-trans-i ) ACIBCIBDIABCEGCDBFHJ $.
  $}

  ${
    imp-both-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    imp-both-d.2 $e |- ( ph -> ( th <-> ta ) ) $.
    $( Replace both parts of an implication, under an assumption. $)
    imp-both-d $p |- ( ph -> ( ( ps -> th ) <-> ( ch -> ta ) ) ) $=
      ( imp-left-d imp-right-d wi bi-trans-d ) ABDJCDJCEJABCDFHADECGIK $.
  $}

  $( The left side of an equivalence may be replaced. $)
  bi-left $p |- ( ( ph <-> ps ) -> ( ( ph <-> ch ) <-> ( ps <-> ch ) ) ) $=
    ( bi-trans-left bi-trans wb bi-make-d ) ABFACFBCFABCDABCEG $.

  ${
    bi-left-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the left side of an equivalence by equals, under an assumption.
    $)
    bi-left-d $p |- ( ph -> ( ( ps <-> th ) <-> ( ch <-> th ) ) ) $=
      ( bi-left wb chain ) ABCGBDGCDGGEBCDFH $.
  $}

  ${
    bi-left-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the left side of an equivalence. $)
    bi-left-i $p |- ( ( ph <-> ch ) <-> ( ps <-> ch ) ) $=
      ( bi-left wb ax-mp ) ABFACFBCFFDABCEG $.
  $}

  $( The right side of an equivalence may be replaced. $)
  bi-right $p |- ( ( ph <-> ps ) -> ( ( ch <-> ph ) <-> ( ch <-> ps ) ) ) $=
    ( bi-trans wb swap-i bi-sym wi chain bi-make-d )
    ABEZCAEZCBEZLKMCABDFKBAEZMLHABGMNLCBADFIJ $.

  ${
    bi-right-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the right side of an equivalence. $)
    bi-right-i $p |- ( ( ch <-> ph ) <-> ( ch <-> ps ) ) $=
      ( bi-right wb ax-mp ) ABFCAFCBFFDABCEG $.
  $}

  ${
    bi-right-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the right side of an equivalence by equals, under an assumption.
    $)
    bi-right-d $p |- ( ph -> ( ( th <-> ps ) <-> ( th <-> ch ) ) ) $=
      ( bi-right wb chain ) ABCGDBGDCGGEBCDFH $.
  $}

  ${
    bi-both-i.1 $e |- ( ph <-> ps ) $.
    bi-both-i.2 $e |- ( ch <-> th ) $.
    $( Replace both sides of an equivalence by equals. $)
    bi-both-i $p |- ( ( ph <-> ch ) <-> ( ps <-> th ) ) $=
      ( bi-right-i bi-left-i wb bi-trans-i ) ACIADIBDICDAFGABDEHJ $.
  $}

  ${
    bi-both-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    bi-both-d.2 $e |- ( ph -> ( th <-> ta ) ) $.
    $( Replace both sides of an equivalence by equals, under an assumption. $)
    bi-both-d $p |- ( ph -> ( ( ps <-> th ) <-> ( ch <-> ta ) ) ) $=
      ( bi-right-d bi-left-d wb bi-trans-d ) ABDJBEJCEJADEBGHABCEFIK $.
  $}

  $( A statement is equivalent to its double negation. $)
  nn-bi $p |- ( ph <-> -. -. ph ) $=
    ( nn-intro nn-elim wn bi-make-i ) AADDABACE $.

  $( An implication is equivalent to its contrapositive. $)
  transpose-bi $p |- ( ( ph -> ps ) <-> ( -. ps -> -. ph ) ) $=
    ( transpose ax-contra wi wn bi-make-i ) ABEBFAFEABCBADG $.

  $( Contraposition with negated conclusions is an equivalence. $)
  transpose-right-bi $p |- ( ( ph -> -. ps ) <-> ( ps -> -. ph ) ) $=
    ( transpose-right wn wi bi-make-i ) ABDEBADEABCBACF $.

  $( Contraposition with negated assumptions is an equivalence. $)
  transpose-left-bi $p |- ( ( -. ph -> ps ) <-> ( -. ps -> ph ) ) $=
    ( transpose-left wn wi bi-make-i ) ADBEBDAEABCBACF $.

  $( The order of two assumptions does not matter. $)
  swap-bi $p |- ( ( ph -> ( ps -> ch ) ) <-> ( ps -> ( ph -> ch ) ) ) $=
    ( swap wi bi-make-i ) ABCEEBACEEABCDBACDF $.

  $( A repeated assumption does not matter. $)
  contract-bi $p |- ( ( ph -> ( ph -> ps ) ) <-> ( ph -> ps ) ) $=
    ( contract wi ax-keep bi-make-i ) AABDZDGABCGAEF $.

  $( Distribution of an assumption is an equivalence. $)
  dist-bi $p |- ( ( ph -> ( ps -> ch ) ) <-> ( ( ph -> ps ) -> ( ph -> ch ) ) )
  $=
    ( ax-dist dist-back wi bi-make-i ) ABCFFABFACFFABCDABCEG $.

  $( A statement is equivalent to what follows from its negation. $)
  clavius-bi $p |- ( ( -. ph -> ph ) <-> ph ) $=
    ( clavius wn ax-keep wi bi-make-i ) ACZAEAABAGDF $.

  $( A negation is equivalent to implying it. $)
  absurd-bi $p |- ( ( ph -> -. ph ) <-> -. ph ) $=
    ( absurd wn explode wi bi-make-i ) AACZEGABAGDF $.

  $( Peirce's law as an equivalence. $)
  peirce-bi $p |- ( ( ( ph -> ps ) -> ph ) <-> ph ) $=
    ( peirce wi ax-keep bi-make-i ) ABDZADAABCAGEF $.

  $( A true assumption can be dropped. $)
  true-imp $p |- ( ph -> ( ( ph -> ps ) <-> ps ) ) $=
    ( assert wi id-d drop-d bi-make-d ) AABDZBABCAABHAHEFG $.

  ${
    true-imp-i.1 $e |- ph $.
    $( Drop a true assumption. $)
    true-imp-i $p |- ( ( ph -> ps ) <-> ps ) $=
      ( true-imp wi wb ax-mp ) AABEBFCABDG $.
  $}

  $( Two true statements are equivalent. $)
  both-true $p |- ( ph -> ( ps -> ( ph <-> ps ) ) ) $=
    ( ax-bi-make wi wb drop-d dist-back-i ) ABABEZABDBAHABCFG $.

  ${
    both-true-i.1 $e |- ph $.
    both-true-i.2 $e |- ps $.
    $( Two theorems are equivalent. $)
    both-true-i $p |- ( ph <-> ps ) $=
      ( both-true wb mp-two ) ABABFCDABEG $.
  $}

  ${
    both-true-d.1 $e |- ( ph -> ps ) $.
    both-true-d.2 $e |- ( ph -> ch ) $.
    $( Two consequences are equivalent under their assumption. $)
    both-true-d $p |- ( ph -> ( ps <-> ch ) ) $=
      ( both-true wb chain-fork ) ABCBCGDEBCFH $.
  $}

  $( Two false statements are equivalent. $)
  both-false $p |- ( -. ph -> ( -. ps -> ( ph <-> ps ) ) ) $=
    ( wn both-true not-bi-drop wb chain-end ) ACZBCZHIFABFHIDABEG $.

  ${
    both-false-i.1 $e |- -. ph $.
    both-false-i.2 $e |- -. ps $.
    $( Two refuted statements are equivalent. $)
    both-false-i $p |- ( ph <-> ps ) $=
      ( wn both-true-i not-bi-drop-i ) ABAEBECDFG $.
  $}

  ${
    both-false-d.1 $e |- ( ph -> -. ps ) $.
    both-false-d.2 $e |- ( ph -> -. ch ) $.
    $( Two refuted statements are equivalent, under an assumption. $)
    both-false-d $p |- ( ph -> ( ps <-> ch ) ) $=
      ( wn both-true-d not-bi-drop-d ) ABCABFCFDEGH $.
  $}

  $( Being equivalent to something true is being true. $)
  true-bi $p |- ( ph -> ( ( ph <-> ps ) <-> ps ) ) $=
    ( ax-bi-fwd wb swap-i both-true bi-make-d ) AABDZBHABABCEABFG $.

  ${
    true-bi-i.1 $e |- ph $.
    $( Being equivalent to a theorem is being true. $)
    true-bi-i $p |- ( ( ph <-> ps ) <-> ps ) $=
      ( true-bi wb ax-mp ) AABEBECABDF $.
  $}

  $( Being equivalent to something false is being false. $)
  false-bi $p |- ( -. ph -> ( ( ph <-> ps ) <-> -. ps ) ) $=
    ( not-bi-bi wn true-bi wb bi-trans-start ) ABFADZBDZFHIABCHIEG $.

  $( All implications from something false are equivalent. $)
  false-imp-bi $p |- ( -. ph -> ( ( ph -> ps ) <-> ( ph -> ch ) ) ) $=
    ( explode wn wi both-true-d ) AEABFACFABDACDG $.

  $( No statement is equivalent to its negation. $)
  not-self $p |- -. ( ph <-> -. ph ) $=
    ( wn ax-bi-rev clavius wb wi chain ax-bi-fwd absurd absurd-two-i )
    AABZEZALKAFAAKCADGLAKFKAKHAIGJ $.

  ${
    flip-bi-i.1 $e |- ( ph <-> -. ps ) $.
    $( Move a negation to the other side of an equivalence. $)
    flip-bi-i $p |- ( ps <-> -. ph ) $=
      ( nn-bi wn bi-trans-left-i not-bi-drop-i ) BAEZABEHECADFG $.
  $}

  ${
    flip-left-i.1 $e |- ( -. ph <-> ps ) $.
    $( Move a negation from the left to the right of an equivalence. $)
    flip-left-i $p |- ( ph <-> -. ps ) $=
      ( wn bi-sym-i flip-bi-i ) BAADBCEF $.
  $}

  $( A negation may move to the other side of an equivalence. $)
  flip-bi $p |- ( ( ph <-> -. ps ) -> ( ps <-> -. ph ) ) $=
    ( nn-bi wn bi-trans-left wb mp-first not-bi-drop-d )
    ABDZFZBADZAKDZFJILFACAILEGH $.

  ${
    flip-bi-d.1 $e |- ( ph -> ( ps <-> -. ch ) ) $.
    $( Move a negation to the other side of an equivalence, under an
    assumption. $)
    flip-bi-d $p |- ( ph -> ( ch <-> -. ps ) ) $=
      ( flip-bi wn wb chain ) ABCFGCBFGDBCEH $.
  $}

  $( Moving a negation across an equivalence is reversible. $)
  flip-bi-bi $p |- ( ( ph <-> -. ps ) <-> ( ps <-> -. ph ) ) $=
    ( flip-bi wn wb bi-make-i ) ABDEBADEABCBACF $.

  $( An assumption distributes over an equivalence. $)
  dist-imp-bi $p |- ( ( ph -> ( ps <-> ch ) ) -> ( ( ph -> ps ) <-> ( ph -> ch
  ) ) ) $=
    ( false-imp-bi imp-right wb wi cases-mp ) ABCFABGACGFABCDBCAEH $.

  ${
    dist-imp-bi-i.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Distribute an assumption over an equivalence. $)
    dist-imp-bi-i $p |- ( ( ph -> ps ) <-> ( ph -> ch ) ) $=
      ( dist-imp-bi wb wi ax-mp ) ABCFGABGACGFDABCEH $.
  $}

  $( An assumption can be taken out of both sides of an equivalence. $)
  dist-imp-bi-back $p |- ( ( ( ph -> ps ) <-> ( ph -> ch ) ) -> ( ph -> ( ps
  <-> ch ) ) ) $=
    ( wi ax-bi-fwd dist-back wb chain ax-bi-rev bi-make-dd )
    ABDZACDZGZABCMKLDABCDDKLEABCFHMLKDACBDDKLIACBFHJ $.

  $( Distribution over an equivalence is an equivalence. $)
  dist-imp-bi-bi $p |- ( ( ph -> ( ps <-> ch ) ) <-> ( ( ph -> ps ) <-> ( ph ->
  ch ) ) ) $=
    ( dist-imp-bi dist-imp-bi-back wb wi bi-make-i ) ABCFGABGACGFABCDABCEH $.

  $( An equivalence moves assumptions. $)
  bi-cases-true $p |- ( ( ph <-> ps ) -> ( ( ph -> ch ) -> ( ps -> ch ) ) ) $=
    ( ax-bi-rev wb suffix-d ) ABEBACABDF $.

  $( A statement that says that it implies another one proves it. $)
  bi-imp-self $p |- ( ( ph <-> ( ph -> ps ) ) -> ps ) $=
    ( wi ax-bi-fwd wb contract-d ax-bi-rev mp-d ) AABCZEZABJIAJABAIDFZAIGHKH $.

  $( What differs from a true statement is false. $)
  differ-true $p |- ( -. ( ph <-> ps ) -> ( ph -> -. ps ) ) $=
    ( both-true wb transpose wi wn chain swap-i ) AABDZGZBGZABJFKLFABCBJEHI $.

  $( What differs from a false statement is true. $)
  differ-false $p |- ( -. ( ph <-> ps ) -> ( -. ph -> ps ) ) $=
    ( both-false wb transpose-left wn wi chain swap-i )
    AFZABDZFZBJBFKGLBGABCBKEHI $.

  $( If two statements differ, one is the negation of the other. $)
  not-bi-not $p |- ( -. ( ph <-> ps ) -> ( ph <-> -. ps ) ) $=
    ( differ-true differ-false wb wn transpose-left-d bi-make-d )
    ABEFZABFABCIABABDGH $.

  $( A statement differs from what its negation is equivalent to. $)
  not-bi-not-back $p |- ( ( ph <-> -. ps ) -> -. ( ph <-> ps ) ) $=
    ( wn bi-trans-left wb swap-i not-self keep-i mt-d )
    ABCZEZABEZBJEZLKMABJDFMCKBGHI $.

  $( Two statements differ exactly if one is the negation of the other. $)
  not-bi-not-bi $p |- ( -. ( ph <-> ps ) <-> ( ph <-> -. ps ) ) $=
    ( not-bi-not not-bi-not-back wb wn bi-make-i ) ABEFABFEABCABDG $.

  $( The negation of an equivalence may move to its left side. $)
  not-bi-left $p |- ( -. ( ph <-> ps ) <-> ( -. ph <-> ps ) ) $=
    ( not-bi-not-bi flip-bi-bi wn bi-sym-bi wb bi-trans-three )
    ABGEABEGBAEZGIBGABCABDBIFH $.

  $( Equivalence can be regrouped when its first part is true. $)
  bi-assoc-true $p |- ( ph -> ( ( ( ph <-> ps ) <-> ch ) <-> ( ph <-> ( ps <->
  ch ) ) ) ) $=
    ( true-bi wb bi-left-d bi-trans-right-d ) AABEZCEBCEZAIEAHBCABDFAIDG $.

  $( Equivalence can be regrouped when its first part is false. $)
  bi-assoc-false $p |- ( -. ph -> ( ( ( ph <-> ps ) <-> ch ) <-> ( ph <-> ( ps
  <-> ch ) ) ) ) $=
    ( false-bi wn wb bi-left-d not-bi-left bi-trans-end bi-trans-right-d )
    AEZABFZCFBEZCFZABCFZFZKLMCABDGKPOENAODBCHIJ $.

  $( Equivalence is associative. $)
  bi-assoc $p |- ( ( ( ph <-> ps ) <-> ch ) <-> ( ph <-> ( ps <-> ch ) ) ) $=
    ( bi-assoc-true bi-assoc-false wb cases-i ) AABFCFABCFFFABCDABCEG $.

$(
===============================================================================
  Conjunction
===============================================================================
$)

  $( Definition of conjunction. $)
  df-an $a |- ( ( ph /\ ps ) <-> -. ( ph -> -. ps ) ) $.

  $( Two statements give their conjunction. $)
  an-make $p |- ( ph -> ( ps -> ( ph /\ ps ) ) ) $=
    ( wn assert wi transpose-right df-an wa bi-rev-i chain-end chain )
    AABCZEZLEZBABHZEALDNBMCZOMBFOPABGIJK $.

  $( A conjunction gives its left part. $)
  an-left $p |- ( ( ph /\ ps ) -> ph ) $=
    ( df-an wa wn wi bi-fwd-i not-imp-left-d ) ABDZABEZIAJFEABCGH $.

  $( A conjunction gives its right part. $)
  an-right $p |- ( ( ph /\ ps ) -> ps ) $=
    ( df-an wn not-imp-any wa wi bi-front-fwd clavius-d )
    ABFZBJABDZGDKBGABCAKBEHI $.

  ${
    an-make-i.1 $e |- ph $.
    an-make-i.2 $e |- ps $.
    $( Infer a conjunction. $)
    an-make-i $p |- ( ph /\ ps ) $=
      ( an-make wa mp-two ) ABABFCDABEG $.
  $}

  ${
    an-left-i.1 $e |- ( ph /\ ps ) $.
    $( Infer the left part of a conjunction. $)
    an-left-i $p |- ph $=
      ( an-left wa ax-mp ) ABEACABDF $.
  $}

  ${
    an-right-i.1 $e |- ( ph /\ ps ) $.
    $( Infer the right part of a conjunction. $)
    an-right-i $p |- ps $=
      ( an-right wa ax-mp ) ABEBCABDF $.
  $}

  ${
    an-make-d.1 $e |- ( ph -> ps ) $.
    an-make-d.2 $e |- ( ph -> ch ) $.
    $( Infer a conjunction under an assumption. $)
    an-make-d $p |- ( ph -> ( ps /\ ch ) ) $=
      ( an-make wa chain-fork ) ABCBCGDEBCFH $.
  $}

  ${
    an-left-d.1 $e |- ( ph -> ( ps /\ ch ) ) $.
    $( Infer the left part of a conjunction under an assumption. $)
    an-left-d $p |- ( ph -> ps ) $=
      ( an-left wa chain ) ABCFBDBCEG $.
  $}

  ${
    an-right-d.1 $e |- ( ph -> ( ps /\ ch ) ) $.
    $( Infer the right part of a conjunction under an assumption. $)
    an-right-d $p |- ( ph -> ch ) $=
      ( an-right wa chain ) ABCFCDBCEG $.
  $}

  $( Two statements give their conjunction in the other order. $)
  an-make-swap $p |- ( ph -> ( ps -> ( ps /\ ph ) ) ) $=
    ( an-make wa swap-i ) BABADBACE $.

  ${
    an-make-dd.1 $e |- ( ph -> ( ps -> ch ) ) $.
    an-make-dd.2 $e |- ( ph -> ( ps -> th ) ) $.
    $( Infer a conjunction under two assumptions. $)
    an-make-dd $p |- ( ph -> ( ps -> ( ch /\ th ) ) ) $=
      ( an-make wa chain-under ) ABCDCDHEFCDGI $.
  $}

  ${
    import-i.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Join two assumptions. $)
    import-i $p |- ( ( ph /\ ps ) -> ch ) $=
      ( an-left an-right wa chain-fork ) ABGABCABEABFDH $.
  $}

  ${
    export-i.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Split a joint assumption. $)
    export-i $p |- ( ph -> ( ps -> ch ) ) $=
      ( an-make wa chain-end ) ABABFCABEDG $.
  $}

  $( Two assumptions may be joined. $)
  import $p |- ( ( ph -> ( ps -> ch ) ) -> ( ( ph /\ ps ) -> ch ) ) $=
    ( swap wi reverse-three import-i wa swap-i ) ABHABCEEZCABJCEJBACABCDFGI $.

  $( A joint assumption may be split. $)
  export $p |- ( ( ( ph /\ ps ) -> ch ) -> ( ph -> ( ps -> ch ) ) ) $=
    ( an-make-swap wa suffix-d wi rotate ) BABEZCGACBAICBADFH $.

  $( Two assumptions are as good as their conjunction. $)
  import-bi $p |- ( ( ph -> ( ps -> ch ) ) <-> ( ( ph /\ ps ) -> ch ) ) $=
    ( import export wi wa bi-make-i ) ABCFFABGCFABCDABCEH $.

  ${
    import-d.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Join the second and third assumption. $)
    import-d $p |- ( ph -> ( ( ps /\ ch ) -> th ) ) $=
      ( import wi wa chain ) ABCDGGBCHDGEBCDFI $.
  $}

  ${
    export-d.1 $e |- ( ph -> ( ( ps /\ ch ) -> th ) ) $.
    $( Split a second assumption. $)
    export-d $p |- ( ph -> ( ps -> ( ch -> th ) ) ) $=
      ( import-bi wa wi bi-chain-rev ) ABCGDHBCDHHEBCDFI $.
  $}

  ${
    import-three.1 $e |- ( ph -> ( ps -> ( ch -> th ) ) ) $.
    $( Join three assumptions. $)
    import-three $p |- ( ( ( ph /\ ps ) /\ ch ) -> th ) $=
      ( wi import-i wa ) ABHCDABCDFEGG $.
  $}

  ${
    export-three.1 $e |- ( ( ( ph /\ ps ) /\ ch ) -> th ) $.
    $( Split three joint assumptions. $)
    export-three $p |- ( ph -> ( ps -> ( ch -> th ) ) ) $=
      ( wa export-i wi ) ABCDHABFCDEGG $.
  $}

  ${
    import-swap.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Join two assumptions in the other order. $)
    import-swap $p |- ( ( ps /\ ph ) -> ch ) $=
      ( swap-i import-i ) BACABCDEF $.
  $}

  $( The parts of a conjunction may be exchanged. $)
  an-swap $p |- ( ( ph /\ ps ) -> ( ps /\ ph ) ) $=
    ( an-make wa import-swap ) BABADBACE $.

  ${
    an-swap-i.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Exchange the parts of a joint assumption. $)
    an-swap-i $p |- ( ( ps /\ ph ) -> ch ) $=
      ( export-i import-swap ) ABCABCDEF $.
  $}

  ${
    an-swap-d.1 $e |- ( ph -> ( ps /\ ch ) ) $.
    $( Exchange the parts of a conjunction under an assumption. $)
    an-swap-d $p |- ( ph -> ( ch /\ ps ) ) $=
      ( an-swap wa chain ) ABCFCBFDBCEG $.
  $}

  $( Conjunction is commutative. $)
  an-comm $p |- ( ( ph /\ ps ) <-> ( ps /\ ph ) ) $=
    ( an-swap wa bi-make-i ) ABDBADABCBACE $.

  $( Conjunction is idempotent. $)
  an-idem $p |- ( ( ph /\ ph ) <-> ph ) $=
    ( an-left an-make-swap wa contract-i bi-make-i ) AADZAAABAGAACEF $.

  ${
    an-idem-i.1 $e |- ( ( ph /\ ph ) -> ps ) $.
    $( Drop a repeated part of a joint assumption. $)
    an-idem-i $p |- ( ph -> ps ) $=
      ( export-i contract-i ) ABAABCDE $.
  $}

  ${
    an-add-right.1 $e |- ( ph -> ps ) $.
    $( Add a right part to an assumption. $)
    an-add-right $p |- ( ( ph /\ ch ) -> ps ) $=
      ( wi keep-i import-swap ) CABABECDFG $.
  $}

  ${
    an-add-left.1 $e |- ( ph -> ps ) $.
    $( Add a left part to an assumption. $)
    an-add-left $p |- ( ( ch /\ ph ) -> ps ) $=
      ( an-add-right an-swap-i ) ACBABCDEF $.
  $}

  ${
    an-add-mid.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Insert a part into a joint assumption. $)
    an-add-mid $p |- ( ( ( ph /\ th ) /\ ps ) -> ch ) $=
      ( export-i wi an-add-right wa import-i ) ADIBCABCGDABCEFHJ $.
  $}

  ${
    an-add-last.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Add a last part to a joint assumption. $)
    an-add-last $p |- ( ( ( ph /\ ps ) /\ th ) -> ch ) $=
      ( wa an-add-right ) ABFCDEG $.
  $}

  ${
    an-add-right-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Add a right part to a second assumption. $)
    an-add-right-d $p |- ( ph -> ( ( ps /\ th ) -> ch ) ) $=
      ( keep-dd import-d ) ABDCABCDEFG $.
  $}

  ${
    an-add-left-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Add a left part to a second assumption. $)
    an-add-left-d $p |- ( ph -> ( ( th /\ ps ) -> ch ) ) $=
      ( wi keep-d import-d ) ADBCABCFDEGH $.
  $}

  $( The first of three parts, grouped to the left. $)
  an-ll $p |- ( ( ( ph /\ ps ) /\ ch ) -> ph ) $=
    ( an-left an-add-last ) ABACABDE $.

  $( The second of three parts, grouped to the left. $)
  an-lr $p |- ( ( ( ph /\ ps ) /\ ch ) -> ps ) $=
    ( an-right an-add-last ) ABBCABDE $.

  $( The second of three parts, grouped to the right. $)
  an-rl $p |- ( ( ph /\ ( ps /\ ch ) ) -> ps ) $=
    ( an-ll wa an-swap-i ) BCEABBCADF $.

  $( The third of three parts, grouped to the right. $)
  an-rr $p |- ( ( ph /\ ( ps /\ ch ) ) -> ch ) $=
    ( wa an-right an-right-d ) ABCDZDBCAGEF $.

  $( Three parts may be regrouped to the right. $)
  an-assoc-half $p |- ( ( ( ph /\ ps ) /\ ch ) -> ( ph /\ ( ps /\ ch ) ) ) $=
    ( an-ll an-lr wa an-right an-make-d ) ABFZCFZABCFABCDJBCABCEICGHH $.

  $( Three parts may be regrouped to the left. $)
  an-assoc-back $p |- ( ( ph /\ ( ps /\ ch ) ) -> ( ( ph /\ ps ) /\ ch ) ) $=
    ( wa an-left an-rl an-make-d an-rr ) ABCDZDZABDCJABAIEABCFGABCHG $.

  $( Conjunction is associative. $)
  an-assoc $p |- ( ( ( ph /\ ps ) /\ ch ) <-> ( ph /\ ( ps /\ ch ) ) ) $=
    ( an-assoc-half an-assoc-back wa bi-make-i ) ABFCFABCFFABCDABCEG $.

  ${
    an-assoc-i.1 $e |- ( ( ( ph /\ ps ) /\ ch ) -> th ) $.
    $( Regroup a joint assumption to the right. $)
    an-assoc-i $p |- ( ( ph /\ ( ps /\ ch ) ) -> th ) $=
      ( an-assoc-back wa chain ) ABCGGABGCGDABCFEH $.
  $}

  ${
    an-assoc-rev-i.1 $e |- ( ( ph /\ ( ps /\ ch ) ) -> th ) $.
    $( Regroup a joint assumption to the left. $)
    an-assoc-rev-i $p |- ( ( ( ph /\ ps ) /\ ch ) -> th ) $=
      ( an-assoc-half wa chain ) ABGCGABCGGDABCFEH $.
  $}

  ${
    an-both.1 $e |- ( ph -> ps ) $.
    an-both.2 $e |- ( ch -> th ) $.
    $( Conjoin two implications. $)
    an-both $p |- ( ( ph /\ ch ) -> ( ps /\ th ) ) $=
      ( an-make wa chain-pair import-i ) ACBDHZABCDKEFBDGIJ $.
  $}

  ${
    an-mono-left.1 $e |- ( ph -> ps ) $.
    $( Weaken the left part of a conjunction. $)
    an-mono-left $p |- ( ( ph /\ ch ) -> ( ps /\ ch ) ) $=
      ( id an-both ) ABCCDCEF $.
  $}

  ${
    an-mono-right.1 $e |- ( ph -> ps ) $.
    $( Weaken the right part of a conjunction. $)
    an-mono-right $p |- ( ( ch /\ ph ) -> ( ch /\ ps ) ) $=
      ( id an-both ) CCABCEDF $.
  $}

  ${
    an-both-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    an-both-d.2 $e |- ( ph -> ( th -> ta ) ) $.
    $( Conjoin two implications under an assumption. $)
    an-both-d $p |- ( ph -> ( ( ps /\ th ) -> ( ch /\ ta ) ) ) $=
      ( an-add-right-d an-add-left-d wa an-make-dd ) ABDJCEABCDFHADEBGIK $.
  $}

  ${
    an-mono-left-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Weaken the left part of a conjunction under an assumption. $)
    an-mono-left-d $p |- ( ph -> ( ( ps /\ th ) -> ( ch /\ th ) ) ) $=
      ( id-d an-both-d ) ABCDDEADFG $.
  $}

  ${
    an-mono-right-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Weaken the right part of a conjunction under an assumption. $)
    an-mono-right-d $p |- ( ph -> ( ( th /\ ps ) -> ( th /\ ch ) ) ) $=
      ( id-d an-both-d ) ADDBCADFEG $.
  $}

  $( The left part of a conjunction may be weakened. $)
  an-mono-left-c $p |- ( ( ph -> ps ) -> ( ( ph /\ ch ) -> ( ps /\ ch ) ) ) $=
    ( wi id an-mono-left-d ) ABDZABCGEF $.

  $( Two implications may be conjoined. $)
  an-both-c $p |- ( ( ( ph -> ps ) /\ ( ch -> th ) ) -> ( ( ph /\ ch ) -> ( ps
  /\ th ) ) ) $=
    ( wi an-left an-right wa an-both-d ) ABEZCDEZHABCDJKFJKGI $.

  ${
    an-chain-fork.1 $e |- ( ph -> ps ) $.
    an-chain-fork.2 $e |- ( ph -> ch ) $.
    an-chain-fork.3 $e |- ( ( ps /\ ch ) -> th ) $.
    $( Feed one assumption to both parts of a joint assumption. $)
    an-chain-fork $p |- ( ph -> th ) $=
      ( an-make-d wa chain ) ABCIDABCEFHGJ $.
  $}

  ${
    an-chain-left.1 $e |- ( ph -> ps ) $.
    an-chain-left.2 $e |- ( ( ps /\ ch ) -> th ) $.
    $( Chain into the left part of a joint assumption. $)
    an-chain-left $p |- ( ( ph /\ ch ) -> th ) $=
      ( an-mono-left wa chain ) ACHBCHDABCEGFI $.
  $}

  ${
    an-chain-right.1 $e |- ( ph -> ps ) $.
    an-chain-right.2 $e |- ( ( ch /\ ps ) -> th ) $.
    $( Chain into the right part of a joint assumption. $)
    an-chain-right $p |- ( ( ch /\ ph ) -> th ) $=
      ( an-mono-right wa chain ) CAHCBHDABCEGFI $.
  $}

  ${
    an-chain-both.1 $e |- ( ph -> ps ) $.
    an-chain-both.2 $e |- ( ch -> th ) $.
    an-chain-both.3 $e |- ( ( ps /\ th ) -> ta ) $.
    $( Chain into both parts of a joint assumption. $)
    an-chain-both $p |- ( ( ph /\ ch ) -> ta ) $=
      ( an-both wa chain ) ACJBDJEABCDFGIHK $.
  $}

  ${
    an-chain-under.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    an-chain-under.2 $e |- ( ( ph /\ ch ) -> th ) $.
    $( Use a consequence of a joint assumption with its left part. $)
    an-chain-under $p |- ( ( ph /\ ps ) -> th ) $=
      ( an-left wa an-chain-fork ) ABHACDABGEFI $.
  $}

  ${
    an-mp-left.1 $e |- ph $.
    an-mp-left.2 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Drop a left part that is a theorem. $)
    an-mp-left $p |- ( ps -> ch ) $=
      ( export-i wi ax-mp ) ABCGDABCEFH $.
  $}

  ${
    an-mp-right.1 $e |- ph $.
    an-mp-right.2 $e |- ( ( ps /\ ph ) -> ch ) $.
    $( Drop a right part that is a theorem. $)
    an-mp-right $p |- ( ps -> ch ) $=
      ( export-i mp-first ) ABCDBACEFG $.
  $}

  ${
    an-mp-both.1 $e |- ph $.
    an-mp-both.2 $e |- ps $.
    an-mp-both.3 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Detach both parts of a joint assumption. $)
    an-mp-both $p |- ch $=
      ( an-make-i wa ax-mp ) ABHCABDEGFI $.
  $}

  ${
    an-mp-left-d.1 $e |- ( ph -> ps ) $.
    an-mp-left-d.2 $e |- ( ( ps /\ ph ) -> ch ) $.
    $( Drop a left part that follows from the right one. $)
    an-mp-left-d $p |- ( ph -> ch ) $=
      ( an-chain-left an-idem-i ) ACABACDEFG $.
  $}

  ${
    an-mp-right-d.1 $e |- ( ph -> ps ) $.
    an-mp-right-d.2 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Drop a right part that follows from the left one. $)
    an-mp-right-d $p |- ( ph -> ch ) $=
      ( an-chain-right an-idem-i ) ACABACDEFG $.
  $}

  ${
    an-make-left.1 $e |- ph $.
    $( Put a theorem before a conclusion. $)
    an-make-left $p |- ( ps -> ( ph /\ ps ) ) $=
      ( an-make-swap wa mp-first ) ABABECBADF $.
  $}

  ${
    an-make-right.1 $e |- ph $.
    $( Put a theorem after a conclusion. $)
    an-make-right $p |- ( ps -> ( ps /\ ph ) ) $=
      ( an-make-left an-swap-d ) BABABCDE $.
  $}

  ${
    an-copy-left.1 $e |- ( ph -> ps ) $.
    $( Keep the assumption after a conclusion. $)
    an-copy-left $p |- ( ph -> ( ps /\ ph ) ) $=
      ( an-mono-left wa an-idem-i ) ABAEABACDF $.
  $}

  ${
    an-copy-right.1 $e |- ( ph -> ps ) $.
    $( Keep the assumption before a conclusion. $)
    an-copy-right $p |- ( ph -> ( ph /\ ps ) ) $=
      ( an-copy-left an-swap-d ) ABAABCDE $.
  $}

  $( Detachment by a conjunction. $)
  an-assert $p |- ( ( ph /\ ( ph -> ps ) ) -> ps ) $=
    ( wi id import-swap ) ABCZABFDE $.

  $( Refutation by a conjunction. $)
  an-assert-mt $p |- ( ( -. ps /\ ( ph -> ps ) ) -> -. ph ) $=
    ( transpose wi wn import-swap ) ABDBEAEABCF $.

  $( Implications compose, by a conjunction. $)
  an-chain $p |- ( ( ( ph -> ps ) /\ ( ps -> ch ) ) -> ( ph -> ch ) ) $=
    ( suffix wi import-i ) ABEBCEACEABCDF $.

  ${
    an-left-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the left part of a conjunction under an assumption. $)
    an-left-cong-d $p |- ( ph -> ( ( ps /\ th ) <-> ( ch /\ th ) ) ) $=
      ( bi-fwd-d an-mono-left-d bi-rev-d wa bi-make-d )
      ABDICDIABCDABCEFGACBDABCEHGJ $.
  $}

  ${
    an-right-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the right part of a conjunction under an assumption. $)
    an-right-cong-d $p |- ( ph -> ( ( th /\ ps ) <-> ( th /\ ch ) ) ) $=
      ( bi-fwd-d an-mono-right-d bi-rev-d wa bi-make-d )
      ADBIDCIABCDABCEFGACBDABCEHGJ $.
  $}

  $( The left part of a conjunction may be replaced. $)
  an-left-cong $p |- ( ( ph <-> ps ) -> ( ( ph /\ ch ) <-> ( ps /\ ch ) ) ) $=
    ( wb id an-left-cong-d ) ABDZABCGEF $.

  ${
    an-left-cong-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the left part of a conjunction. $)
    an-left-cong-i $p |- ( ( ph /\ ch ) <-> ( ps /\ ch ) ) $=
      ( an-left-cong wb wa ax-mp ) ABFACGBCGFDABCEH $.
  $}

  ${
    an-right-cong-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the right part of a conjunction. $)
    an-right-cong-i $p |- ( ( ch /\ ph ) <-> ( ch /\ ps ) ) $=
      ( wb wi keep-i an-right-cong-d wa self-mp-i ) ACAICBIEAAFZABCABEKDGHJ $.
  $}

  ${
    an-both-cong-i.1 $e |- ( ph <-> ps ) $.
    an-both-cong-i.2 $e |- ( ch <-> th ) $.
    $( Replace both parts of a conjunction. $)
    an-both-cong-i $p |- ( ( ph /\ ch ) <-> ( ps /\ th ) ) $=
      ( an-left-cong-i an-right-cong-i wa bi-trans-i ) ACIBCIBDIABCEGCDBFHJ $.
  $}

  ${
    an-both-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    an-both-cong-d.2 $e |- ( ph -> ( th <-> ta ) ) $.
    $( Replace both parts of a conjunction under an assumption. $)
    an-both-cong-d $p |- ( ph -> ( ( ps /\ th ) <-> ( ch /\ ta ) ) ) $=
      ( an-right-cong-d an-left-cong-d wa bi-trans-d ) ABDJBEJCEJADEBGHABCEFIK
      $.
  $}

  $( The second of three parts may move to the front. $)
  an-shuffle-half $p |- ( ( ph /\ ( ps /\ ch ) ) -> ( ps /\ ( ph /\ ch ) ) ) $=
    ( an-rl an-right wa an-mono-right an-make-d ) ABCFZFBACFABCDICABCEGH $.

  $( The first two of three parts may be exchanged. $)
  an-shuffle $p |- ( ( ph /\ ( ps /\ ch ) ) <-> ( ps /\ ( ph /\ ch ) ) ) $=
    ( an-shuffle-half wa bi-make-i ) ABCEEBACEEABCDBACDF $.

  $( The last two of three parts may be exchanged. $)
  an-shuffle-last $p |- ( ( ( ph /\ ps ) /\ ch ) <-> ( ( ph /\ ch ) /\ ps ) )
  $=
    ( an-assoc an-shuffle wa an-comm bi-trans-three )
    ABFCFABCFFBACFZFIBFABCDABCEBIGH $.

  $( The inner parts of two conjunctions may be exchanged. $)
  an-four $p |- ( ( ( ph /\ ps ) /\ ( ch /\ th ) ) -> ( ( ph /\ ch ) /\ ( ps /\
  th ) ) ) $=
    ( an-left wa an-both an-right an-make-d )
    ABFZCDFZFACFBDFJAKCABECDEGJBKDABHCDHGI $.

  $( Exchanging the inner parts of two conjunctions is reversible. $)
  an-four-bi $p |- ( ( ( ph /\ ps ) /\ ( ch /\ th ) ) <-> ( ( ph /\ ch ) /\ (
  ps /\ th ) ) ) $=
    ( an-four wa bi-make-i ) ABFCDFFACFBDFFABCDEACBDEG $.

  $( Conjunction distributes over itself. $)
  an-dist $p |- ( ( ph /\ ( ps /\ ch ) ) <-> ( ( ph /\ ps ) /\ ( ph /\ ch ) ) )
  $=
    ( an-idem wa an-left-cong-i an-four-bi bi-trans-left-i )
    AAEZBCEZEAJEABEACEEIAJADFAABCGH $.

  $( Two conclusions of one assumption may be conjoined. $)
  imp-an-make $p |- ( ( ( ph -> ps ) /\ ( ph -> ch ) ) -> ( ph -> ( ps /\ ch )
  ) ) $=
    ( an-both-c wi wa export-d contract-d ) ABEACEFZABCFZIAAJABACDGH $.

  $( A conjunctive conclusion may be split. $)
  imp-an-split $p |- ( ( ph -> ( ps /\ ch ) ) -> ( ( ph -> ps ) /\ ( ph -> ch )
  ) ) $=
    ( an-left wa prefix-i an-right wi an-make-d ) ABCEZHABHACHJBABCDFJCABCGFI
    $.

  $( Implication distributes over conjunction. $)
  imp-an-bi $p |- ( ( ph -> ( ps /\ ch ) ) <-> ( ( ph -> ps ) /\ ( ph -> ch ) )
  ) $=
    ( imp-an-split imp-an-make wa wi bi-make-i ) ABCFGABGACGFABCDABCEH $.

  $( An equivalence is two implications. $)
  bi-as-an $p |- ( ( ph <-> ps ) <-> ( ( ph -> ps ) /\ ( ps -> ph ) ) ) $=
    ( ax-bi-fwd ax-bi-rev wb wi an-make-d ax-bi-make import-i wa bi-make-i )
    ABEZABFZBAFZJLMNABCABDGMNLABHIK $.

  ${
    bi-from-an.1 $e |- ( ( ph -> ps ) /\ ( ps -> ph ) ) $.
    $( Infer an equivalence from a conjunction of implications. $)
    bi-from-an $p |- ( ph <-> ps ) $=
      ( bi-as-an wi wa wb bi-mp-rev ) ABEBAEFABGCABDH $.
  $}

  $( No statement holds together with its negation. $)
  no-both $p |- -. ( ph /\ -. ph ) $=
    ( wn wa explode import-swap absurd-i ) AABZCZGAHBZAIDEF $.

  $( No negation holds together with its statement. $)
  no-both-swap $p |- -. ( -. ph /\ ph ) $=
    ( wn wa explode-swap import-swap absurd-i ) ABZACZAGHBZAIDEF $.

  $( Implying a negation is excluding a conjunction. $)
  imp-not-an $p |- ( ( ph -> -. ps ) <-> -. ( ph /\ ps ) ) $=
    ( df-an wa wn wi flip-bi-i ) ABDABEFABCG $.

  $( An implication excludes its counterexamples. $)
  imp-as-an $p |- ( ( ph -> ps ) <-> -. ( ph /\ -. ps ) ) $=
    ( nn-bi wn imp-right-i imp-not-an wi wa bi-trans-i )
    ABGABDZDZGAJHDBKABCEAJFI $.

  $( A false implication is a counterexample. $)
  not-imp-an $p |- ( -. ( ph -> ps ) <-> ( ph /\ -. ps ) ) $=
    ( imp-as-an wi wn wa flip-bi-i bi-sym-i ) ABEFZABDZEJIABCGH $.

  ${
    imp-not-an-i.1 $e |- -. ( ph /\ ps ) $.
    $( Infer a negation from an excluded conjunction. $)
    imp-not-an-i $p |- ( ph -> -. ps ) $=
      ( imp-not-an wa wn wi bi-mp-rev ) ABEFABFGCABDH $.
  $}

  ${
    imp-not-an-rev-i.1 $e |- ( ph -> -. ps ) $.
    $( Exclude a conjunction of contrary statements. $)
    imp-not-an-rev-i $p |- -. ( ph /\ ps ) $=
      ( imp-not-an wn wi wa bi-mp ) ABEFABGECABDH $.
  $}

  ${
    imp-not-an-d.1 $e |- ( ph -> -. ( ps /\ ch ) ) $.
    $( Infer a negation from an excluded conjunction, under an assumption. $)
    imp-not-an-d $p |- ( ph -> ( ps -> -. ch ) ) $=
      ( imp-not-an wa wn wi bi-chain-rev ) ABCFGBCGHDBCEI $.
  $}

  $( A false left part refutes a conjunction. $)
  not-an-left $p |- ( -. ph -> -. ( ph /\ ps ) ) $=
    ( an-left wa transpose-i ) ABDAABCE $.

  $( A false right part refutes a conjunction. $)
  not-an-right $p |- ( -. ps -> -. ( ph /\ ps ) ) $=
    ( an-right wa transpose-i ) ABDBABCE $.

  ${
    not-an-left-i.1 $e |- -. ph $.
    $( Refute a conjunction by its left part. $)
    not-an-left-i $p |- -. ( ph /\ ps ) $=
      ( wn explode-n-i imp-not-an-rev-i ) ABABDCEF $.
  $}

  ${
    not-an-right-i.1 $e |- -. ph $.
    $( Refute a conjunction by its right part. $)
    not-an-right-i $p |- -. ( ps /\ ph ) $=
      ( wn keep-i imp-not-an-rev-i ) BAADBCEF $.
  $}

  ${
    not-an-left-d.1 $e |- ( ph -> -. ps ) $.
    $( Refute a conjunction by its left part under an assumption. $)
    not-an-left-d $p |- ( ph -> -. ( ps /\ ch ) ) $=
      ( not-an-left wn wa chain ) ABFBCGFDBCEH $.
  $}

  $( A true left part can be dropped. $)
  an-true-left $p |- ( ph -> ( ( ph /\ ps ) <-> ps ) ) $=
    ( an-right wa wi keep-i an-make bi-make-d ) AABDZBIBEAABCFABGH $.

  ${
    an-true-left-i.1 $e |- ph $.
    $( Drop a true left part. $)
    an-true-left-i $p |- ( ( ph /\ ps ) <-> ps ) $=
      ( an-true-left wa wb ax-mp ) AABEBFCABDG $.
  $}

  ${
    an-true-right-i.1 $e |- ph $.
    $( Drop a true right part. $)
    an-true-right-i $p |- ( ( ps /\ ph ) <-> ps ) $=
      ( an-comm an-true-left-i wa bi-trans-left-i ) ABFBAFBABDABCEG $.
  $}

  ${
    an-true-right-d.1 $e |- ( ph -> ps ) $.
    $( Drop a right part that follows from the left one, as an equivalence. $)
    an-true-right-d $p |- ( ( ph /\ ps ) <-> ph ) $=
      ( an-left an-copy-right wa bi-make-i ) ABFAABDABCEG $.
  $}

  ${
    an-true-left-d.1 $e |- ( ph -> ps ) $.
    $( Drop a left part that follows from the right one, as an equivalence. $)
    an-true-left-d $p |- ( ( ps /\ ph ) <-> ph ) $=
      ( an-comm an-true-right-d wa bi-trans-left-i ) ABFBAFAABDABCEG $.
  $}

  $( The assumption may be kept in a conclusion. $)
  an-copy $p |- ( ( ph -> ps ) -> ( ph -> ( ph /\ ps ) ) ) $=
    ( an-make wa dist-i ) ABABDABCE $.

  $( An implication is an absorbed conjunction. $)
  an-absorb $p |- ( ( ph -> ps ) <-> ( ph <-> ( ph /\ ps ) ) ) $=
    ( an-copy an-left wa wi keep-i bi-make-d ax-bi-fwd an-right wb chain-end
    bi-make-i ) ABFZAABEZKZNAOABCOAFNABDGHPAOBAOIABJLM $.

  ${
    an-cases.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    an-cases.2 $e |- ( ( ph /\ -. ps ) -> ch ) $.
    $( Prove a statement in both cases, each joined to an assumption. $)
    an-cases $p |- ( ph -> ch ) $=
      ( export-i wn cases-d ) ABCABCDFABGCEFH $.
  $}

  ${
    an-cases-first.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    an-cases-first.2 $e |- ( ( -. ph /\ ps ) -> ch ) $.
    $( Prove a statement in both cases, each before an assumption. $)
    an-cases-first $p |- ( ps -> ch ) $=
      ( export-i wn cases-first ) ABCABCDFAGBCEFH $.
  $}

  ${
    an-reductio.1 $e |- ( ( ph /\ -. ps ) -> ch ) $.
    an-reductio.2 $e |- ( ( ph /\ -. ps ) -> -. ch ) $.
    $( Prove a statement by refuting its negation, joined to an assumption. $)
    an-reductio $p |- ( ph -> ps ) $=
      ( wn wa absurd-two-i imp-not-an-i nn-elim-d ) ABABFZAKGCDEHIJ $.
  $}

  ${
    an-absurd.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    an-absurd.2 $e |- ( ( ph /\ ps ) -> -. ch ) $.
    $( Refute a statement by a contradiction, joined to an assumption. $)
    an-absurd $p |- ( ph -> -. ps ) $=
      ( wa absurd-two-i imp-not-an-i ) ABABFCDEGH $.
  $}

  ${
    an-clavius.1 $e |- ( ( ph /\ -. ps ) -> ps ) $.
    $( Infer what follows from its own negation, joined to an assumption. $)
    an-clavius $p |- ( ph -> ps ) $=
      ( wn export-i clavius-d ) ABABDBCEF $.
  $}

  ${
    an-transpose.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Contrapose the right part of a joint assumption. $)
    an-transpose $p |- ( ( ph /\ -. ch ) -> -. ps ) $=
      ( wa transpose-i wn imp-not-an-d import-swap ) CGZABGJABABECDFHI $.
  $}

  ${
    an-bi-make.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    an-bi-make.2 $e |- ( ( ph /\ ch ) -> ps ) $.
    $( Infer an equivalence from two joint assumptions. $)
    an-bi-make $p |- ( ph -> ( ps <-> ch ) ) $=
      ( export-i bi-make-d ) ABCABCDFACBEFG $.
  $}

  $( Detachment along an equivalence, by a conjunction. $)
  an-bi-mp $p |- ( ( ph /\ ( ph <-> ps ) ) -> ps ) $=
    ( ax-bi-fwd wb import-swap ) ABDABABCE $.

  $( Detachment backward along an equivalence, by a conjunction. $)
  an-bi-rev $p |- ( ( ps /\ ( ph <-> ps ) ) -> ph ) $=
    ( ax-bi-rev wb import-swap ) ABDBAABCE $.

  $( In a conjunction with its assumption an implication says its conclusion.
  $)
  an-contract $p |- ( ( ph /\ ( ph -> ps ) ) <-> ( ph /\ ps ) ) $=
    ( wi an-left an-assert wa an-make-d ax-keep an-mono-right bi-make-i )
    AABCZFZABFLABAKDABEGBKABAHIJ $.

  ${
    an-keep-left.1 $e |- ( ( ph /\ ps ) -> ch ) $.
    $( Keep the left part of a joint assumption in a conclusion. $)
    an-keep-left $p |- ( ( ph /\ ps ) -> ( ph /\ ch ) ) $=
      ( wa id an-chain-under ) ABCACEZDHFG $.
  $}

  ${
    an-cond.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace a right part by what is equivalent under the left one. $)
    an-cond $p |- ( ( ph /\ ps ) <-> ( ph /\ ch ) ) $=
      ( bi-fwd-d import-i an-keep-left bi-rev-d wa bi-make-i )
      ABIACIABCABCABCDEFGACBACBABCDHFGJ $.
  $}

  $( Two true statements are equivalent, by a conjunction. $)
  both-as-bi $p |- ( ( ph /\ ps ) -> ( ph <-> ps ) ) $=
    ( both-true wb import-i ) ABABDABCE $.

$(
===============================================================================
  Disjunction
===============================================================================
$)

  $( Definition of disjunction. $)
  df-or $a |- ( ( ph \/ ps ) <-> ( -. ph -> ps ) ) $.

  $( A disjunction gives an implication from a negation. $)
  or-use $p |- ( ( ph \/ ps ) -> ( -. ph -> ps ) ) $=
    ( df-or wo wn wi bi-fwd-i ) ABDAEBFABCG $.

  $( An implication from a negation gives a disjunction. $)
  or-make $p |- ( ( -. ph -> ps ) -> ( ph \/ ps ) ) $=
    ( df-or wo wn wi bi-rev-i ) ABDAEBFABCG $.

  $( A statement gives a disjunction with it on the left. $)
  or-left $p |- ( ph -> ( ph \/ ps ) ) $=
    ( explode-swap or-make wn wi wo chain ) AAEBFABGABCABDH $.

  $( A statement gives a disjunction with it on the right. $)
  or-right $p |- ( ps -> ( ph \/ ps ) ) $=
    ( or-make wn wo drop-i ) ADBABEABCF $.

  ${
    or-left-i.1 $e |- ph $.
    $( Add a right alternative. $)
    or-left-i $p |- ( ph \/ ps ) $=
      ( or-left wo ax-mp ) AABECABDF $.
  $}

  ${
    or-right-i.1 $e |- ph $.
    $( Add a left alternative. $)
    or-right-i $p |- ( ps \/ ph ) $=
      ( or-right wo ax-mp ) ABAECBADF $.
  $}

  ${
    or-left-d.1 $e |- ( ph -> ps ) $.
    $( Add a right alternative under an assumption. $)
    or-left-d $p |- ( ph -> ( ps \/ ch ) ) $=
      ( or-left wo chain ) ABBCFDBCEG $.
  $}

  ${
    or-right-d.1 $e |- ( ph -> ps ) $.
    $( Add a left alternative under an assumption. $)
    or-right-d $p |- ( ph -> ( ch \/ ps ) ) $=
      ( or-right wo chain ) ABCBFDCBEG $.
  $}

  ${
    or-make-i.1 $e |- ( -. ph -> ps ) $.
    $( Infer a disjunction. $)
    or-make-i $p |- ( ph \/ ps ) $=
      ( df-or wn wi wo bi-mp-rev ) AEBFABGCABDH $.
  $}

  ${
    or-make-d.1 $e |- ( ph -> ( -. ps -> ch ) ) $.
    $( Infer a disjunction under an assumption. $)
    or-make-d $p |- ( ph -> ( ps \/ ch ) ) $=
      ( or-make wn wi wo chain ) ABFCGBCHDBCEI $.
  $}

  ${
    or-use-i.1 $e |- ( ph \/ ps ) $.
    $( Use a disjunction as an implication. $)
    or-use-i $p |- ( -. ph -> ps ) $=
      ( df-or wo wn wi bi-mp ) ABEAFBGCABDH $.
  $}

  ${
    or-use-d.1 $e |- ( ph -> ( ps \/ ch ) ) $.
    $( Use a disjunction as an implication, under an assumption. $)
    or-use-d $p |- ( ph -> ( -. ps -> ch ) ) $=
      ( or-use wo wn wi chain ) ABCFBGCHDBCEI $.
  $}

  $( If the left alternative is false, the right one holds. $)
  or-not-left $p |- ( -. ph -> ( ( ph \/ ps ) -> ps ) ) $=
    ( or-use wo wn swap-i ) ABDAEBABCF $.

  $( If the right alternative is false, the left one holds. $)
  or-not-right $p |- ( -. ps -> ( ( ph \/ ps ) -> ph ) ) $=
    ( or-use wo transpose-left-d wn swap-i ) ABDZBFAHABABCEG $.

  ${
    or-not-left-i.1 $e |- -. ph $.
    or-not-left-i.2 $e |- ( ph \/ ps ) $.
    $( Rule out the left alternative. $)
    or-not-left-i $p |- ps $=
      ( or-use-i wn ax-mp ) AFBCABDEG $.
  $}

  ${
    or-not-right-i.1 $e |- -. ph $.
    or-not-right-i.2 $e |- ( ps \/ ph ) $.
    $( Rule out the right alternative. $)
    or-not-right-i $p |- ps $=
      ( or-use-i mt-left ) BABADECF $.
  $}

  ${
    or-not-left-d.1 $e |- ( ph -> -. ps ) $.
    or-not-left-d.2 $e |- ( ph -> ( ps \/ ch ) ) $.
    $( Rule out the left alternative under an assumption. $)
    or-not-left-d $p |- ( ph -> ch ) $=
      ( or-use-d wn mp-d ) ABGCDABCEFH $.
  $}

  ${
    or-not-right-d.1 $e |- ( ph -> -. ps ) $.
    or-not-right-d.2 $e |- ( ph -> ( ch \/ ps ) ) $.
    $( Rule out the right alternative under an assumption. $)
    or-not-right-d $p |- ( ph -> ch ) $=
      ( or-use-d mt-left-d ) ACBACBEFDG $.
  $}

  ${
    or-cases.1 $e |- ( ph -> ch ) $.
    or-cases.2 $e |- ( ps -> ch ) $.
    $( What follows from both alternatives follows from the disjunction. $)
    or-cases $p |- ( ( ph \/ ps ) -> ch ) $=
      ( df-or nn-front-i wn cases-mp wo wi bi-front-fwd )
      ABJAHZBKCABFMBCACDGEIL $.
  $}

  ${
    or-cases-d.1 $e |- ( ph -> ( ps -> th ) ) $.
    or-cases-d.2 $e |- ( ph -> ( ch -> th ) ) $.
    $( What follows from both alternatives follows from the disjunction, under
    an assumption. $)
    or-cases-d $p |- ( ph -> ( ( ps \/ ch ) -> th ) ) $=
      ( df-or nn-elim wn chain-second cases-mp-d wo wi bi-second )
      BCLBIZCMADBCGAOCDOIBADBHEJFKN $.
  $}

  ${
    or-cases-i.1 $e |- ( ph -> ch ) $.
    or-cases-i.2 $e |- ( ps -> ch ) $.
    or-cases-i.3 $e |- ( ph \/ ps ) $.
    $( Prove a statement from both alternatives. $)
    or-cases-i $p |- ch $=
      ( or-cases wo ax-mp ) ABHCFABCDEGI $.
  $}

  ${
    or-cases-all-d.1 $e |- ( ph -> ( ps -> th ) ) $.
    or-cases-all-d.2 $e |- ( ph -> ( ch -> th ) ) $.
    or-cases-all-d.3 $e |- ( ph -> ( ps \/ ch ) ) $.
    $( Prove a statement from both alternatives, under an assumption. $)
    or-cases-all-d $p |- ( ph -> th ) $=
      ( or-cases-d wo mp-d ) ABCIDGABCDEFHJ $.
  $}

  $( Two implications give one from the disjunction. $)
  or-cases-c $p |- ( ( ph -> ch ) -> ( ( ps -> ch ) -> ( ( ph \/ ps ) -> ch ) )
  ) $=
    ( wi an-left an-right wa or-cases-d wo export-i )
    ACDZBCDZABICDKLGABCKLEKLFHJ $.

  $( An implication from a disjunction has two cases. $)
  or-cases-split $p |- ( ( ( ph \/ ps ) -> ch ) -> ( ( ph -> ch ) /\ ( ps -> ch
  ) ) ) $=
    ( or-left wo suffix-i or-right wi an-make-d ) ABEZCHACHBCHAJCABDFBJCABGFI
    $.

  $( An implication from a disjunction is two implications. $)
  or-imp-bi $p |- ( ( ( ph \/ ps ) -> ch ) <-> ( ( ph -> ch ) /\ ( ps -> ch ) )
  ) $=
    ( or-cases-split or-cases-c wi wo import-i wa bi-make-i )
    ABGCFZACFZBCFZIABCDLMKABCEHJ $.

  ${
    or-drop-right-i.1 $e |- ( ( ph \/ ps ) -> ch ) $.
    $( Drop the right alternative of an assumption. $)
    or-drop-right-i $p |- ( ph -> ch ) $=
      ( or-left wo chain ) AABFCABEDG $.
  $}

  ${
    or-drop-left-i.1 $e |- ( ( ph \/ ps ) -> ch ) $.
    $( Drop the left alternative of an assumption. $)
    or-drop-left-i $p |- ( ps -> ch ) $=
      ( or-right wo chain ) BABFCABEDG $.
  $}

  $( A statement holds or its negation does. $)
  or-middle $p |- ( ph \/ -. ph ) $=
    ( wn id or-make-i ) AABZECD $.

  $( A negation holds or its statement does. $)
  or-middle-swap $p |- ( -. ph \/ ph ) $=
    ( nn-elim wn or-make-i ) ACAABD $.

  $( The alternatives may be exchanged. $)
  or-swap $p |- ( ( ph \/ ps ) -> ( ps \/ ph ) ) $=
    ( or-use wo transpose-left-d or-make-d ) ABDZBAGABABCEF $.

  ${
    or-swap-i.1 $e |- ( ph \/ ps ) $.
    $( Exchange two alternatives. $)
    or-swap-i $p |- ( ps \/ ph ) $=
      ( or-swap wo ax-mp ) ABEBAECABDF $.
  $}

  ${
    or-swap-d.1 $e |- ( ph -> ( ps \/ ch ) ) $.
    $( Exchange two alternatives under an assumption. $)
    or-swap-d $p |- ( ph -> ( ch \/ ps ) ) $=
      ( or-swap wo chain ) ABCFCBFDBCEG $.
  $}

  $( Disjunction is commutative. $)
  or-comm $p |- ( ( ph \/ ps ) <-> ( ps \/ ph ) ) $=
    ( or-swap wo bi-make-i ) ABDBADABCBACE $.

  $( Disjunction is idempotent. $)
  or-idem $p |- ( ( ph \/ ph ) <-> ph ) $=
    ( df-or clavius-bi wo wn wi bi-trans-i ) AADAEAFAAABACG $.

  ${
    or-both.1 $e |- ( ph -> ps ) $.
    or-both.2 $e |- ( ch -> th ) $.
    $( Weaken both alternatives. $)
    or-both $p |- ( ( ph \/ ch ) -> ( ps \/ th ) ) $=
      ( or-left-d or-right-d wo or-cases ) ACBDIABDEGCDBFHJ $.
  $}

  ${
    or-mono-left.1 $e |- ( ph -> ps ) $.
    $( Weaken the left alternative. $)
    or-mono-left $p |- ( ( ph \/ ch ) -> ( ps \/ ch ) ) $=
      ( id or-both ) ABCCDCEF $.
  $}

  ${
    or-mono-right.1 $e |- ( ph -> ps ) $.
    $( Weaken the right alternative. $)
    or-mono-right $p |- ( ( ch \/ ph ) -> ( ch \/ ps ) ) $=
      ( id or-both ) CCABCEDF $.
  $}

  ${
    or-both-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    or-both-d.2 $e |- ( ph -> ( th -> ta ) ) $.
    $( Weaken both alternatives under an assumption. $)
    or-both-d $p |- ( ph -> ( ( ps \/ th ) -> ( ch \/ ta ) ) ) $=
      ( or-left wo chain-end or-right or-cases-d ) ABDCEIZABCMFCEHJADEMGCEKJL
      $.
  $}

  ${
    or-mono-left-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Weaken the left alternative under an assumption. $)
    or-mono-left-d $p |- ( ph -> ( ( ps \/ th ) -> ( ch \/ th ) ) ) $=
      ( id-d or-both-d ) ABCDDEADFG $.
  $}

  ${
    or-mono-right-d.1 $e |- ( ph -> ( ps -> ch ) ) $.
    $( Weaken the right alternative under an assumption. $)
    or-mono-right-d $p |- ( ph -> ( ( th \/ ps ) -> ( th \/ ch ) ) ) $=
      ( id-d or-both-d ) ADDBCADFEG $.
  $}

  $( The left alternative may be weakened. $)
  or-mono-left-c $p |- ( ( ph -> ps ) -> ( ( ph \/ ch ) -> ( ps \/ ch ) ) ) $=
    ( wi id or-mono-left-d ) ABDZABCGEF $.

  $( Both alternatives may be weakened. $)
  or-both-c $p |- ( ( ( ph -> ps ) /\ ( ch -> th ) ) -> ( ( ph \/ ch ) -> ( ps
  \/ th ) ) ) $=
    ( wi an-left an-right wa or-both-d ) ABEZCDEZHABCDJKFJKGI $.

  ${
    or-step-i.1 $e |- ( ph \/ ps ) $.
    or-step-i.2 $e |- ( ph -> ch ) $.
    $( Weaken the left alternative of a proved disjunction. $)
    or-step-i $p |- ( ch \/ ps ) $=
      ( or-mono-left wo ax-mp ) ABGCBGDACBEFH $.
  $}

  ${
    or-step-right-i.1 $e |- ( ph \/ ps ) $.
    or-step-right-i.2 $e |- ( ps -> ch ) $.
    $( Weaken the right alternative of a proved disjunction. $)
    or-step-right-i $p |- ( ph \/ ch ) $=
      ( or-mono-right wo ax-mp ) ABGACGDBCAEFH $.
  $}

  ${
    or-step-both-i.1 $e |- ( ph \/ ps ) $.
    or-step-both-i.2 $e |- ( ph -> ch ) $.
    or-step-both-i.3 $e |- ( ps -> th ) $.
    $( Weaken both alternatives of a proved disjunction. $)
    or-step-both-i $p |- ( ch \/ th ) $=
      ( or-both wo ax-mp ) ABICDIEACBDFGHJ $.
  $}

  ${
    or-left-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the left alternative under an assumption. $)
    or-left-cong-d $p |- ( ph -> ( ( ps \/ th ) <-> ( ch \/ th ) ) ) $=
      ( bi-fwd-d or-mono-left-d bi-rev-d wo bi-make-d )
      ABDICDIABCDABCEFGACBDABCEHGJ $.
  $}

  ${
    or-right-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    $( Replace the right alternative under an assumption. $)
    or-right-cong-d $p |- ( ph -> ( ( th \/ ps ) <-> ( th \/ ch ) ) ) $=
      ( bi-fwd-d or-mono-right-d bi-rev-d wo bi-make-d )
      ADBIDCIABCDABCEFGACBDABCEHGJ $.
  $}

  $( The left alternative may be replaced. $)
  or-left-cong $p |- ( ( ph <-> ps ) -> ( ( ph \/ ch ) <-> ( ps \/ ch ) ) ) $=
    ( wb id or-left-cong-d ) ABDZABCGEF $.

  ${
    or-left-cong-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the left alternative. $)
    or-left-cong-i $p |- ( ( ph \/ ch ) <-> ( ps \/ ch ) ) $=
      ( or-left-cong wb wo ax-mp ) ABFACGBCGFDABCEH $.
  $}

  ${
    or-right-cong-i.1 $e |- ( ph <-> ps ) $.
    $( Replace the right alternative. $)
    or-right-cong-i $p |- ( ( ch \/ ph ) <-> ( ch \/ ps ) ) $=
      ( wb assert-i wi or-right-cong-d wo self-mp-i ) ABEZCAICBIEKKGABCKKDFHJ
      $.
  $}

  ${
    or-both-cong-i.1 $e |- ( ph <-> ps ) $.
    or-both-cong-i.2 $e |- ( ch <-> th ) $.
    $( Replace both alternatives. $)
    or-both-cong-i $p |- ( ( ph \/ ch ) <-> ( ps \/ th ) ) $=
      ( or-right-cong-i or-left-cong-i wo bi-trans-i ) ACIADIBDICDAFGABDEHJ $.
  $}

  ${
    or-both-cong-d.1 $e |- ( ph -> ( ps <-> ch ) ) $.
    or-both-cong-d.2 $e |- ( ph -> ( th <-> ta ) ) $.
    $( Replace both alternatives under an assumption. $)
    or-both-cong-d $p |- ( ph -> ( ( ps \/ th ) <-> ( ch \/ ta ) ) ) $=
      ( or-left-cong-d or-right-cong-d wo bi-trans-d ) ABDJCDJCEJABCDFHADECGIK
      $.
  $}

  $( The first of three alternatives, grouped to the left. $)
  or-ll $p |- ( ph -> ( ( ph \/ ps ) \/ ch ) ) $=
    ( or-left wo or-left-d ) AABECABDF $.

  $( The second of three alternatives, grouped to the left. $)
  or-lr $p |- ( ps -> ( ( ph \/ ps ) \/ ch ) ) $=
    ( or-right wo or-left-d ) BABECABDF $.

  $( The second of three alternatives, grouped to the right. $)
  or-rl $p |- ( ps -> ( ph \/ ( ps \/ ch ) ) ) $=
    ( wo or-right or-drop-right-i ) BCABCDZDAGEF $.

  $( The third of three alternatives, grouped to the right. $)
  or-rr $p |- ( ch -> ( ph \/ ( ps \/ ch ) ) ) $=
    ( or-lr wo or-swap-d ) CBCEABCADF $.

  ${
    or-cases-three.1 $e |- ( ph -> th ) $.
    or-cases-three.2 $e |- ( ps -> th ) $.
    or-cases-three.3 $e |- ( ch -> th ) $.
    $( What follows from three alternatives follows from their disjunction. $)
    or-cases-three $p |- ( ( ( ph \/ ps ) \/ ch ) -> th ) $=
      ( or-cases wo ) ABICDABDEFHGH $.
  $}

  $( Three alternatives may be regrouped to the right. $)
  or-assoc-half $p |- ( ( ( ph \/ ps ) \/ ch ) -> ( ph \/ ( ps \/ ch ) ) ) $=
    ( or-not-left wn wo or-mono-left-d swap-i or-make-d )
    ABFZCFZABCFZAEZKLMJBCABDGHI $.

  $( Three alternatives may be regrouped to the left. $)
  or-assoc-back $p |- ( ( ph \/ ( ps \/ ch ) ) -> ( ( ph \/ ps ) \/ ch ) ) $=
    ( or-ll or-right wo or-mono-left or-cases ) ABCFABFZCFABCDBICABEGH $.

  $( Disjunction is associative. $)
  or-assoc $p |- ( ( ( ph \/ ps ) \/ ch ) <-> ( ph \/ ( ps \/ ch ) ) ) $=
    ( or-assoc-half or-assoc-back wo bi-make-i ) ABFCFABCFFABCDABCEG $.

  $( The second of three alternatives may move to the front. $)
  or-shuffle-half $p |- ( ( ph \/ ( ps \/ ch ) ) -> ( ps \/ ( ph \/ ch ) ) ) $=
    ( or-rl or-right wo or-mono-right or-cases ) ABCFBACFZFBACDCIBACEGH $.

  $( The first two of three alternatives may be exchanged. $)
  or-shuffle $p |- ( ( ph \/ ( ps \/ ch ) ) <-> ( ps \/ ( ph \/ ch ) ) ) $=
    ( or-shuffle-half wo bi-make-i ) ABCEEBACEEABCDBACDF $.

  $( An implication is a disjunction. $)
  imp-as-or $p |- ( ( ph -> ps ) <-> ( -. ph \/ ps ) ) $=
    ( nn-bi wn imp-left-i df-or wi wo bi-trans-right-i )
    ABGADZDZBGJBHAKBACEJBFI $.

  ${
    imp-as-or-i.1 $e |- ( ph -> ps ) $.
    $( Turn an implication into a disjunction. $)
    imp-as-or-i $p |- ( -. ph \/ ps ) $=
      ( nn-front-i wn or-make-i ) AEBABCDF $.
  $}

  ${
    or-as-imp-i.1 $e |- ( -. ph \/ ps ) $.
    $( Turn a disjunction into an implication. $)
    or-as-imp-i $p |- ( ph -> ps ) $=
      ( wn or-use-i nn-front-drop-i ) ABADBCEF $.
  $}

  $( A disjunction with a negation is an implication. $)
  or-not-front $p |- ( ( ph \/ -. ps ) <-> ( ps -> ph ) ) $=
    ( wn df-or transpose-bi wo wi bi-trans-right-i ) ABCZFACIGBAGAIDBAEH $.

  $( The negation of a disjunction is a conjunction of negations. $)
  not-or $p |- ( -. ( ph \/ ps ) <-> ( -. ph /\ -. ps ) ) $=
    ( df-or wo wn wi not-bi-i not-imp-an wa bi-trans-i )
    ABDZEAEZBFZELBEIKMABCGLBHJ $.

  $( The negation of a conjunction is a disjunction of negations. $)
  not-an $p |- ( -. ( ph /\ ps ) <-> ( -. ph \/ -. ps ) ) $=
    ( imp-not-an wn imp-as-or wi wa wo bi-trans-left-i ) ABDZFABGDADJHABCAJEI
    $.

  $( A disjunction excludes that both alternatives are false. $)
  or-as-an $p |- ( ( ph \/ ps ) <-> -. ( -. ph /\ -. ps ) ) $=
    ( not-or wo wn wa flip-left-i ) ABDAEBEFABCG $.

  $( A conjunction excludes that one part is false. $)
  an-as-or $p |- ( ( ph /\ ps ) <-> -. ( -. ph \/ -. ps ) ) $=
    ( not-an wa wn wo flip-left-i ) ABDAEBEFABCG $.

  $( Two false alternatives refute a disjunction. $)
  not-or-make $p |- ( -. ph -> ( -. ps -> -. ( ph \/ ps ) ) ) $=
    ( or-not-left wn wo transpose-d ) ADABEBABCF $.

  ${
    not-or-i.1 $e |- -. ph $.
    not-or-i.2 $e |- -. ps $.
    $( Refute a disjunction. $)
    not-or-i $p |- -. ( ph \/ ps ) $=
      ( not-or-make wn wo mp-two ) AFBFABGFCDABEH $.
  $}

  ${
    not-or-d.1 $e |- ( ph -> -. ps ) $.
    not-or-d.2 $e |- ( ph -> -. ch ) $.
    $( Refute a disjunction under an assumption. $)
    not-or-d $p |- ( ph -> -. ( ps \/ ch ) ) $=
      ( not-or-make wn wo chain-fork ) ABGCGBCHGDEBCFI $.
  $}

  $( A false disjunction refutes its left alternative. $)
  not-or-left $p |- ( -. ( ph \/ ps ) -> -. ph ) $=
    ( or-left wo transpose-i ) AABDABCE $.

  $( A false disjunction refutes its right alternative. $)
  not-or-right $p |- ( -. ( ph \/ ps ) -> -. ps ) $=
    ( or-right wo transpose-i ) BABDABCE $.

  ${
    not-or-left-i.1 $e |- -. ( ph \/ ps ) $.
    $( Refute the left alternative of a refuted disjunction. $)
    not-or-left-i $p |- -. ph $=
      ( not-or-left wo wn ax-mp ) ABEFAFCABDG $.
  $}

  $( A conjunction gives a disjunction. $)
  an-imp-or $p |- ( ( ph /\ ps ) -> ( ph \/ ps ) ) $=
    ( or-left wo an-add-right ) AABDBABCE $.

  $( Conjunction absorbs disjunction. $)
  an-or-absorb $p |- ( ( ph /\ ( ph \/ ps ) ) <-> ph ) $=
    ( or-left wo an-true-right-d ) AABDABCE $.

  $( Disjunction absorbs conjunction. $)
  or-an-absorb $p |- ( ( ph \/ ( ph /\ ps ) ) <-> ph ) $=
    ( id an-left wa or-cases or-left wo bi-make-i ) AABEZHAAJAACABDFAJGI $.

  $( Conjunction may be moved into a disjunction. $)
  an-or-dist-half $p |- ( ( ph /\ ( ps \/ ch ) ) -> ( ( ph /\ ps ) \/ ( ph /\
  ch ) ) ) $=
    ( an-make wa or-both-d wo import-i ) ABCGABEZACEZGABICJABDACDFH $.

  $( Conjunction may be moved out of a disjunction. $)
  an-or-dist-back $p |- ( ( ( ph /\ ps ) \/ ( ph /\ ch ) ) -> ( ph /\ ( ps \/
  ch ) ) ) $=
    ( or-left wo an-mono-right or-right wa or-cases )
    ABHACHABCEZHBJABCDFCJABCGFI $.

  $( Conjunction distributes over disjunction. $)
  an-or-dist $p |- ( ( ph /\ ( ps \/ ch ) ) <-> ( ( ph /\ ps ) \/ ( ph /\ ch )
  ) ) $=
    ( an-or-dist-half an-or-dist-back wo wa bi-make-i ) ABCFGABGACGFABCDABCEH
    $.

  $( Disjunction may be moved into a conjunction. $)
  or-an-dist-half $p |- ( ( ph \/ ( ps /\ ch ) ) -> ( ( ph \/ ps ) /\ ( ph \/
  ch ) ) ) $=
    ( an-left wa or-mono-right an-right wo an-make-d )
    ABCEZHABHACHJBABCDFJCABCGFI $.

  $( Disjunction may be moved out of a conjunction. $)
  or-an-dist-back $p |- ( ( ( ph \/ ps ) /\ ( ph \/ ch ) ) -> ( ph \/ ( ps /\
  ch ) ) ) $=
    ( or-use wo wn wi an-both imp-an-make wa or-make chain-three )
    ABEZACEZJAFZBGZOCGZJOBCJZGAREMPNQABDACDHOBCIARKL $.

  $( Disjunction distributes over conjunction. $)
  or-an-dist $p |- ( ( ph \/ ( ps /\ ch ) ) <-> ( ( ph \/ ps ) /\ ( ph \/ ch )
  ) ) $=
    ( or-an-dist-half or-an-dist-back wa wo bi-make-i ) ABCFGABGACGFABCDABCEH
    $.

  $( A false left alternative can be dropped. $)
  or-false-left $p |- ( -. ph -> ( ( ph \/ ps ) <-> ps ) ) $=
    ( df-or wn true-imp wo wi bi-trans-start ) ABFADZBGIBABCIBEH $.

  ${
    or-false-left-i.1 $e |- -. ph $.
    $( Drop a false left alternative. $)
    or-false-left-i $p |- ( ( ph \/ ps ) <-> ps ) $=
      ( or-false-left wn wo wb ax-mp ) AEABFBGCABDH $.
  $}

  ${
    or-false-right-i.1 $e |- -. ph $.
    $( Drop a false right alternative. $)
    or-false-right-i $p |- ( ( ps \/ ph ) <-> ps ) $=
      ( or-comm or-false-left-i wo bi-trans-left-i ) ABFBAFBABDABCEG $.
  $}

  ${
    or-weak-left.1 $e |- ( ph -> ps ) $.
    $( Drop an alternative that implies the other one. $)
    or-weak-left $p |- ( ( ph \/ ps ) <-> ps ) $=
      ( id or-cases or-right wo bi-make-i ) ABGBABBCBDEABFH $.
  $}

  $( An alternative that implies the other one may be dropped. $)
  or-absorb-half $p |- ( ( ph -> ps ) -> ( ( ph \/ ps ) <-> ps ) ) $=
    ( wi id id-d or-cases-d or-right wo keep-i bi-make-d )
    ABCZABHZBKABBKDKBEFBLCKABGIJ $.

  $( An alternative that may be dropped implies the other one. $)
  or-absorb-back $p |- ( ( ( ph \/ ps ) <-> ps ) -> ( ph -> ps ) ) $=
    ( or-left wo ax-bi-fwd wb chain-second ) AABDZHBFBABCHBEG $.

  $( An implication is an absorbed disjunction. $)
  or-absorb-bi $p |- ( ( ph -> ps ) <-> ( ( ph \/ ps ) <-> ps ) ) $=
    ( or-absorb-half or-absorb-back wi wo wb bi-make-i ) ABEABFBGABCABDH $.

  $( Of two statements one implies the other, by a disjunction. $)
  or-linear $p |- ( ( ph -> ps ) \/ ( ps -> ph ) ) $=
    ( linear-imp wi or-make-i ) ABDBADABCE $.

  $( A statement holds or it implies everything. $)
  or-imp-peirce $p |- ( ph \/ ( ph -> ps ) ) $=
    ( explode wi or-make-i ) AABDABCE $.

  $( A disjunction and two implications give a conclusion. $)
  or-dilemma $p |- ( ( ( ( ph \/ ps ) /\ ( ph -> ch ) ) /\ ( ps -> ch ) ) -> ch
  ) $=
    ( or-cases-c wi wo rotate-back import-three ) ABFZACEZBCEZCJKICABCDGH $.

  $( Two disjunctions resolve on contrary alternatives. $)
  or-resolve $p |- ( ( ( ph \/ ps ) /\ ( -. ph \/ ch ) ) -> ( ps \/ ch ) ) $=
    ( or-use wo wn or-mono-left-d import-i ) ABEZAFZCEBCEIJBCABDGH $.

  ${
    or-resolve-i.1 $e |- ( ph \/ ps ) $.
    or-resolve-i.2 $e |- ( -. ph \/ ch ) $.
    $( Resolve two disjunctions on contrary alternatives. $)
    or-resolve-i $p |- ( ps \/ ch ) $=
      ( or-use-i wn or-step-i ) AGCBEABDFH $.
  $}

  $( Exactly one of two statements holds if they differ. $)
  or-not-both $p |- ( ( ( ph \/ ps ) /\ -. ( ph /\ ps ) ) -> ( ph <-> -. ps ) )
  $=
    ( wo wa wn an-right imp-not-an-d an-left or-swap-d or-use-d bi-make-d )
    ABCZABDEZDZABENABLMFGNBANABLMHIJK $.

  $( A true statement and its equivalent hold together. $)
  bi-use-true $p |- ( ph -> ( ( ph <-> ps ) -> ( ph /\ ps ) ) ) $=
    ( true-bi wb bi-fwd-d an-make wa chain-d ) AABDZBABGAIBABCEABFH $.

  $( A false statement and its equivalent fail together. $)
  bi-use-false $p |- ( -. ph -> ( ( ph <-> ps ) -> ( -. ph /\ -. ps ) ) ) $=
    ( false-bi wn wb bi-fwd-d an-make wa chain-d ) ADZABEZBDZJLHJKLABCFJLGI $.

  $( Two equivalent statements both hold or both fail. $)
  bi-as-or-half $p |- ( ( ph <-> ps ) -> ( ( ph /\ ps ) \/ ( -. ph /\ -. ps ) )
  ) $=
    ( bi-use-true wa wn or-left wb wo chain-end bi-use-false or-right
    cases-first ) AABGZABDZAEZBEDZHZAMNQABCNPFIOMPQABJNPKIL $.

  $( Two statements that both hold or both fail are equivalent. $)
  bi-as-or-back $p |- ( ( ( ph /\ ps ) \/ ( -. ph /\ -. ps ) ) -> ( ph <-> ps )
  ) $=
    ( both-as-bi both-false wn wb import-i wa or-cases )
    ABHAEZBEZHABFZABCJKLABDGI $.

  $( Two statements are equivalent if both hold or none does. $)
  bi-as-or $p |- ( ( ph <-> ps ) <-> ( ( ph /\ ps ) \/ ( -. ph /\ -. ps ) ) )
  $=
    ( bi-as-or-half bi-as-or-back wb wa wn wo bi-make-i ) ABEABFAGBGFHABCABDI
    $.

  $( Two statements differ if one holds without the other. $)
  differ-as-or $p |- ( -. ( ph <-> ps ) <-> ( ( ph /\ -. ps ) \/ ( -. ph /\ ps
  ) ) ) $=
    ( not-bi-not-bi wn bi-as-or nn-bi an-right-cong-i wa or-right-cong-i wo
    bi-sym-i wb bi-trans-three )
    ABLDABDZLANHZADZNDZHZJZOPBHZJZABCANEUASTROBQPBFGIKM $.

  $( A disjunction by implication alone. $)
  or-bi-cases $p |- ( ( ( ph -> ps ) -> ps ) <-> ( ph \/ ps ) ) $=
    ( or-imp or-make wi wn wo chain or-use cases-swap bi-make-i )
    ABEBEZABGZLAFBEZMABCABDHMNLABIABJHK $.

  ${
    or-cond-i.1 $e |- ( ph \/ ps ) $.
    or-cond-i.2 $e |- ( ph -> ( ch <-> th ) ) $.
    or-cond-i.3 $e |- ( ps -> ( ch <-> th ) ) $.
    $( Prove an equivalence from both alternatives. $)
    or-cond-i $p |- ( ch <-> th ) $=
      ( wb or-cases-i ) ABCDHFGEI $.
  $}

  ${
    an-or-cases.1 $e |- ( ( ph /\ ps ) -> th ) $.
    an-or-cases.2 $e |- ( ( ph /\ ch ) -> th ) $.
    $( What follows with each alternative follows with their disjunction. $)
    an-or-cases $p |- ( ( ph /\ ( ps \/ ch ) ) -> th ) $=
      ( an-or-dist-half wa or-cases wo chain ) ABCJHABHZACHZJDABCGLMDEFIK $.
  $}

  $( A statement splits into two cases. $)
  cases-an-bi $p |- ( ph <-> ( ( ph /\ ps ) \/ ( ph /\ -. ps ) ) ) $=
    ( or-middle wn wo an-true-right-i an-or-dist wa bi-trans-left-i )
    ABBDZEZHAABHAJHEKABCFABJGI $.

  $( A statement joins two disjunctions. $)
  cases-or-bi $p |- ( ph <-> ( ( ph \/ ps ) /\ ( ph \/ -. ps ) ) ) $=
    ( no-both wn wa or-false-right-i or-an-dist wo bi-trans-left-i )
    ABBDZEZHAABHAJHEKABCFABJGI $.
