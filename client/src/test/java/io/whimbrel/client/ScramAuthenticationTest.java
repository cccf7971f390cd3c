package io.whimbrel.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whimbrel.client.EnhancedAuthentication.Exchange;
import io.whimbrel.codec.Auth;
import io.whimbrel.codec.Connack;
import io.whimbrel.codec.Connect;
import io.whimbrel.codec.Disconnect;
import io.whimbrel.codec.Properties;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.scram.ScramHash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of SCRAM. */
final class ScramAuthenticationTest {
  private static final String CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO";
  private static final String NONCE = CLIENT_NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
  private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
  private static final String SERVER_FIRST = "r=" + NONCE + ",s=" + SALT + ",i=4096";
  private static final String SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ScramAuthentication pencil(ScramHash hash) {
    return new ScramAuthentication(
        hash, "user", bytes("pencil"), ScramHash.ITERATIONS_MAX, () -> CLIENT_NONCE);
  }

  private static Exchange exchange() {
    return pencil(ScramHash.SHA_256).begin();
  }

  @Test
  void theExampleOfRfc7677IsSpokenToTheLetter() {
    Exchange exchange = exchange();

    assertThat(exchange.first()).isEqualTo(bytes("n,,n=user,r=" + CLIENT_NONCE));
    assertThat(exchange.next(bytes(SERVER_FIRST)))
        .isEqualTo(bytes("c=biws,r=" + NONCE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
    exchange.verify(bytes(SERVER_FINAL));
  }

  @Test
  void theSameWithSha512() { // as another implementation of PBKDF2 and HMAC makes it
    Exchange exchange = pencil(ScramHash.SHA_512).begin();

    assertThat(exchange.next(bytes(SERVER_FIRST)))
        .isEqualTo(
            bytes(
                "c=biws,r="
                    + NONCE
                    + ",p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw"
                    + "+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ=="));
    exchange.verify(
        bytes(
            "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0v"
                + "SVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=" + CLIENT_NONCE + ",s=" + SALT + ",i=4096", // nothing of the server's own
        "r=x" + NONCE + ",s=" + SALT + ",i=4096",
        "r=other,s=" + SALT + ",i=4096",
        "r=" + NONCE + ",s=" + SALT + ",i=4095",
        "r=" + NONCE + ",s=" + SALT + ",i=1",
        "r=" + NONCE + ",s=" + SALT + ",i=1000001",
        "r=" + NONCE + ",s=" + SALT + ",i=2147483648",
        "r=" + NONCE + ",s=,i=4096",
        "m=x," + SERVER_FIRST,
        "e=unknown-user",
      })
  void aServerThatAsksForSomethingElseHearsNoProof(String challenge) {
    Exchange exchange = exchange();

    assertThatIllegalStateException().isThrownBy(() -> exchange.next(bytes(challenge)));
    assertThatIllegalStateException().isThrownBy(() -> exchange.verify(bytes(SERVER_FINAL)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=",
        "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
        "v=6rriTRBi23WpRR/wtup+mA==",
        "e=other-error",
        "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
      })
  void aServerThatDoesNotKnowTheUserIsNotBelieved(String last) {
    Exchange exchange = exchange();
    exchange.next(bytes(SERVER_FIRST));

    assertThatIllegalStateException().isThrownBy(() -> exchange.verify(bytes(last)));
  }

  @Test
  void aServerThatAsksForNoProofIsNotBelieved() {
    assertThatIllegalStateException().isThrownBy(() -> exchange().verify(bytes(SERVER_FINAL)));
    assertThatIllegalStateException().isThrownBy(() -> exchange().verify(new byte[0]));
  }

  @Test
  void aSecondChallengeHasNoAnswer() {
    Exchange exchange = exchange();
    exchange.next(bytes(SERVER_FIRST));

    assertThatIllegalStateException().isThrownBy(() -> exchange.next(bytes(SERVER_FIRST)));
  }

  @Test
  void aBoundOfIterationsIsTheUsers() {
    Exchange exchange = pencil(ScramHash.SHA_256).iterationsMax(4096).begin();
    String more = SERVER_FIRST.replace("4096", "4097");

    assertThat(exchange.next(bytes(SERVER_FIRST))).isNotEmpty();
    assertThatIllegalStateException()
        .isThrownBy(() -> pencil(ScramHash.SHA_256).iterationsMax(4096).begin().next(bytes(more)))
        .withMessage("the server asks for 4097 iterations; allowed: 4096 to 4096");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pencil(ScramHash.SHA_256).iterationsMax(4095));
  }

  @Test
  void namesAndPasswordsArePreparedAndNeverShown() {
    char[] password = "\u2168 secret".toCharArray();
    ScramAuthentication made = ScramAuthentication.of(ScramHash.SHA_256, "a,b=\u00AD", password);
    Arrays.fill(password, '-');
    String first = new String(made.begin().first(), StandardCharsets.UTF_8);

    assertThat(first).startsWith("n,,n=a=2Cb=3D,r=");
    assertThat(first.substring(first.indexOf("r=") + 2)).hasSize(24);
    assertThat(made.begin().first()).isNotEqualTo(made.begin().first());
    assertThat(made.method()).isEqualTo("SCRAM-SHA-256");
    assertThat(made).asString().doesNotContain("secret");
    for (String wrong : new String[] {"", "\u0007", "\u00AD"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ScramAuthentication.of(ScramHash.SHA_256, wrong, password));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ScramAuthentication.of(ScramHash.SHA_256, "user", wrong.toCharArray()));
    }
  }

  private static Properties said(String data) {
    return Properties.builder()
        .set(PropertyId.AUTHENTICATION_METHOD, "SCRAM-SHA-256")
        .set(PropertyId.AUTHENTICATION_DATA, bytes(data))
        .build();
  }

  @Test
  void aServerWithAWrongSignatureIsLeftBeforeAnythingIsSaid() throws Exception {
    try (ScriptedServer server = new ScriptedServer();
        MqttClient client = server.client().authentication(pencil(ScramHash.SHA_256)).build()) {
      client.publish(Message.of("a", "secret"));
      CompletableFuture<ConnectResult> connected = client.connect().toCompletableFuture();
      ScriptedServer.Connection connection = server.accept();
      connection.next(Connect.class);
      connection.send(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, said(SERVER_FIRST)));
      connection.next(Auth.class);
      connection.send(
          new Connack(false, ReasonCode.SUCCESS, said(SERVER_FINAL.replace("v=6", "v=7"))));

      connection.next(Disconnect.class);
      assertThatThrownBy(() -> connected.get(30, TimeUnit.SECONDS))
          .cause()
          .extracting(failure -> ((MqttClientException) failure).kind())
          .isEqualTo(MqttClientException.Kind.SERVER_NOT_TRUSTED);
    }
  }
}
