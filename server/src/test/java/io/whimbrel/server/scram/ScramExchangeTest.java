package io.whimbrel.server.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.codec.scram.ScramException;
import io.whimbrel.codec.scram.ScramHash;
import io.whimbrel.codec.scram.ServerFirst;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An exchange as the server has it; client-final of SHA-256 is the one of RFC 7677, section 3. */
final class ScramExchangeTest {
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String SHA_256 =
      "SCRAM-SHA-256$4096:"
          + SALT
          + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
          + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

  /** Of the same password and salt, as another implementation of PBKDF2 and HMAC makes it. */
  private static final String SHA_512 =
      "SCRAM-SHA-512$4096:"
          + SALT
          + "$6AAub3065EYRmyFpM2RNwqK+eGnrkYuEWbXn19Ls"
          + "EmBqzu8QaCXNc1FwpnX9NhH2hK/60dzj9DoO5DvVkOHbvg=="
          + ":jZHbYjC1aHh0/hKbxyBuGFjDrgjgKTT1esA7awWi"
          + "KcRZ0o/0b1yWEebBeSVkkCFewf91nLDfKF24mvD5nmE6rA==";

  private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String NONCE = CLIENT_NONCE + SERVER_NONCE;
  private static final String CLIENT_FIRST = "n,,n=user,r=" + CLIENT_NONCE;
  private static final String PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
  private static final String CLIENT_FINAL = "c=biws,r=" + NONCE + ",p=" + PROOF;
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private final ScramFile users = file("user:" + SHA_256, "user:" + SHA_512);

  private static ScramFile file(String... lines) {
    try {
      return ScramFile.of("s", List.of(lines));
    } catch (Exception wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private ScramExchange begun(String clientFirst) throws ScramException {
    return ScramExchange.begin(ScramHash.SHA_256, bytes(clientFirst), users, SERVER_NONCE);
  }

  private static void assertRefused(
      ScramExchange exchange, String clientFinal, ScramFile now, ScramException.Kind kind) {
    assertThatThrownBy(() -> exchange.finish(bytes(clientFinal), now))
        .isInstanceOf(ScramException.class)
        .extracting(refused -> ((ScramException) refused).kind())
        .isEqualTo(kind);
  }

  @Test
  void theExampleOfRfc7677IsSpokenToTheLetter() throws Exception {
    ScramExchange exchange = begun(CLIENT_FIRST);

    assertThat(text(exchange.serverFirst())).isEqualTo("r=" + NONCE + ",s=" + SALT + ",i=4096");
    assertThat(text(exchange.finish(bytes(CLIENT_FINAL), users))).isEqualTo(SERVER_FINAL);
    assertThat(exchange.user()).isEqualTo("user");
  }

  @Test
  void theSameWithSha512() throws Exception {
    ScramExchange exchange =
        ScramExchange.begin(ScramHash.SHA_512, bytes(CLIENT_FIRST), users, SERVER_NONCE);
    String proof =
        "gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw"
            + "+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==";

    assertThat(text(exchange.finish(bytes("c=biws,r=" + NONCE + ",p=" + proof), users)))
        .isEqualTo(
            "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0v"
                + "SVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "another proof | c=biws,r=NONCE,p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=|WRONG_PROOF",
        "a short proof | c=biws,r=NONCE,p=dHzbZapWIk4jUhN+Ute9yg== | MALFORMED",
        "no proof | c=biws,r=NONCE | MALFORMED",
        "the client's nonce alone | c=biws,r=rOprNGfwEbeRWgbNEkqO,p=PROOF | MALFORMED",
        "another nonce | c=biws,r=NONCEx,p=PROOF | MALFORMED",
        "a nonce that is cut | c=biws,r=rOprNGfwEbeRWgbNEkqO%hvY,p=PROOF | MALFORMED",
        "another header | c=eSws,r=NONCE,p=PROOF | MALFORMED",
        "a channel binding after all | c=biwsAAAA,r=NONCE,p=PROOF | MALFORMED",
        "an extension that was not signed | c=biws,r=NONCE,x=y,p=PROOF | WRONG_PROOF",
        "a mandatory extension | c=biws,r=NONCE,m=y,p=PROOF | UNSUPPORTED",
        "nothing | '' | MALFORMED",
        "client-first again | n,,n=user,r=rOprNGfwEbeRWgbNEkqO | MALFORMED",
      })
  void whatProvesNothingIsRefused(String what, String last, ScramException.Kind kind)
      throws Exception {
    String said = last.replace("NONCE", NONCE).replace("PROOF", PROOF);
    ScramExchange exchange = begun(CLIENT_FIRST);

    assertRefused(exchange, said, users, kind);
    assertRefused(exchange, CLIENT_FINAL, users, ScramException.Kind.MALFORMED); // it is over
  }

  @Test
  void aProofCountsOnce() throws Exception {
    ScramExchange exchange = begun(CLIENT_FIRST);
    exchange.finish(bytes(CLIENT_FINAL), users);

    assertRefused(exchange, CLIENT_FINAL, users, ScramException.Kind.MALFORMED);
    ScramExchange another =
        ScramExchange.begin(
            ScramHash.SHA_256, bytes(CLIENT_FIRST), users, ScramExchange.nonce(new SecureRandom()));
    assertRefused(another, CLIENT_FINAL, users, ScramException.Kind.MALFORMED);
  }

  @Test
  void aHeaderThatIsRepeatedIsRight() throws Exception {
    ScramExchange exchange = begun("y,," + CLIENT_FIRST.substring(3));

    assertRefused( // the header is right, and the proof was made with another one
        exchange, CLIENT_FINAL.replace("biws", "eSws"), users, ScramException.Kind.WRONG_PROOF);
  }

  @Test
  void nobodyActsForAnother() throws Exception {
    assertThat(begun("n,a=user,n=user,r=abc").user()).isEqualTo("user");
    assertThatThrownBy(() -> begun("n,a=root,n=user,r=abc")).isInstanceOf(ScramException.class);
  }

  @Test
  void whoWasRemovedMeanwhileIsNobody() throws Exception {
    assertRefused(begun(CLIENT_FIRST), CLIENT_FINAL, file(), ScramException.Kind.WRONG_PROOF);
    String other = SHA_256.replace("wfPL", "AAAA");
    assertRefused(
        begun(CLIENT_FIRST), CLIENT_FINAL, file("user:" + other), ScramException.Kind.WRONG_PROOF);
    assertThat(begun(CLIENT_FIRST).finish(bytes(CLIENT_FINAL), file("user:" + SHA_256)))
        .isEqualTo(bytes(SERVER_FINAL));
  }

  @Test
  void aUserThereIsNotIsAskedAsOneThatThereIs() throws Exception {
    ServerFirst real = ServerFirst.read(begun(CLIENT_FIRST).serverFirst());
    ServerFirst first = ServerFirst.read(begun("n,,n=ghost,r=a").serverFirst());
    ServerFirst again = ServerFirst.read(begun("n,,n=ghost,r=b").serverFirst());
    ServerFirst other = ServerFirst.read(begun("n,,n=spook,r=a").serverFirst());

    assertThat(first.iterations()).isEqualTo(real.iterations());
    assertThat(first.salt()).hasSameSizeAs(real.salt()).isEqualTo(again.salt());
    assertThat(first.salt()).isNotEqualTo(other.salt());
    assertThat(ServerFirst.read(beginSha512("ghost")).salt()).isNotEqualTo(first.salt());
  }

  private byte[] beginSha512(String user) throws ScramException {
    byte[] first = bytes("n,,n=" + user + ",r=a");
    return ScramExchange.begin(ScramHash.SHA_512, first, users, SERVER_NONCE).serverFirst();
  }

  @Test
  void aUserThereIsNotFailsAsOneWithAWrongPassword() throws Exception {
    String wrong = CLIENT_FINAL.replace("p=dHz", "p=eHz");
    List<String> told = new ArrayList<>();
    for (String user : List.of("user", "ghost")) {
      try {
        begun("n,,n=" + user + ",r=" + CLIENT_NONCE).finish(bytes(wrong), users);
      } catch (ScramException refused) {
        told.add(refused.kind() + " " + refused.getMessage());
      }
    }

    assertThat(told).hasSize(2);
    assertThat(told.get(1)).isEqualTo(told.get(0)).startsWith("WRONG_PROOF");
  }

  @Test
  void aUserOfOneHashIsNobodyWithTheOther() throws Exception {
    ScramFile one = file("user:" + SHA_256);
    byte[] first = bytes(CLIENT_FIRST);
    ServerFirst asked =
        ServerFirst.read(
            ScramExchange.begin(ScramHash.SHA_512, first, one, SERVER_NONCE).serverFirst());

    assertThat(asked.iterations()).isEqualTo(ScramFileEditor.ITERATIONS);
    assertThat(asked.salt()).hasSize(ScramVerifier.SALT_BYTES);
  }

  @Test
  void whatMostUsersHaveStandsInForThoseThereAreNot() throws Exception {
    String rare = SHA_256.replace("$4096:", "$5000:");
    ScramFile some = file("a:" + rare, "b:" + SHA_256, "c:" + SHA_256);

    assertThat(some.decoy(ScramHash.SHA_256, "ghost").iterations()).isEqualTo(4096);
    ScramFile more = file("a:" + rare, "b:" + rare, "c:" + SHA_256);
    assertThat(more.decoy(ScramHash.SHA_256, "ghost").iterations()).isEqualTo(5000);
    assertThat(more.decoy(ScramHash.SHA_256, "ghost").salt())
        .as("over a change of the file it stays")
        .isEqualTo(some.decoy(ScramHash.SHA_256, "ghost").salt());
  }
}
