package io.whimbrel.server.ask;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.whimbrel.server.ask.AskException.Why;
import io.whimbrel.server.files.AuthFileException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebClientTest {
  private static final long PATIENCE_MILLIS = 20_000;
  private static final Path TLS = Path.of("src/test/resources/tls");

  @Test
  void aQuestionComesAsItWasAskedAndItsReplyAsItWasGiven() throws Exception {
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  exchange.getResponseHeaders().add("Cache-Control", "public, max-age=60");
                  OtherServer.answer(
                      exchange, 201, exchange.getRequestMethod() + exchange.getRequestURI());
                });
        WebClient web = client(PATIENCE_MILLIS)) {
      Reply reply = replied(web, server.uri("/a?b=c"), "body");

      assertThat(reply.status()).isEqualTo(201);
      assertThat(new String(reply.body(), UTF_8)).isEqualTo("POST/a?b=c");
      assertThat(reply.maxAgeSeconds()).isEqualTo(60);
      assertThat(server.bodies).containsExactly("body");
      assertThat(server.headers.get(0).getFirst("X-Key")).isEqualTo("secret");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "max-age=0, 0",
    "'Max-Age=\"7\"', 7",
    "'max-age=7, no-cache', 0",
    "no-store, 0",
    "s-maxage=7, -1",
    "max-age=x, -1",
    "max-age=99999999999, -1",
    "public, -1",
  })
  void saysHowLongAReplyCounts(String header, long seconds) throws Exception {
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  exchange.getResponseHeaders().add("Cache-Control", header);
                  OtherServer.answer(exchange, 200, "x");
                });
        WebClient web = client(PATIENCE_MILLIS)) {
      assertThat(replied(web, server.uri("/"), "").maxAgeSeconds()).isEqualTo(seconds);
    }
  }

  @Test
  void followsNoRedirection() throws Exception {
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  exchange.getResponseHeaders().add("Location", "/elsewhere");
                  OtherServer.answer(exchange, 307, "");
                });
        WebClient web = client(PATIENCE_MILLIS)) {
      assertThat(replied(web, server.uri("/"), "secret").status()).isEqualTo(307);
      assertThat(server.bodies).hasSize(1);
    }
  }

  @Test
  void aServerThatAnswersTooLateDidNotAnswer() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (OtherServer server = new OtherServer(exchange -> await(late));
        WebClient web = client(50)) {
      AskException failed = failed(web, server.uri("/"));

      assertThat(failed.why()).isEqualTo(Why.DOWN);
      assertThat(failed).hasMessage("gave no answer within 50 ms");
      late.countDown();
    }
  }

  @Test
  void oneThatBeginsItsAnswerAndDoesNotEndItDidNotAnswerEither() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  exchange.sendResponseHeaders(200, 0);
                  exchange.getResponseBody().write('x');
                  exchange.getResponseBody().flush();
                  await(late);
                });
        WebClient web = client(200)) {
      assertThat(failed(web, server.uri("/")).why()).isEqualTo(Why.DOWN);
      late.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({"1048576, true", "1048577, false", "50000000, false"})
  void aBodyHasAMaximum(int bytes, boolean fits) throws Exception {
    try (OtherServer server =
            new OtherServer(exchange -> OtherServer.answer(exchange, 200, "x".repeat(bytes)));
        WebClient web = client(PATIENCE_MILLIS)) {
      if (fits) {
        assertThat(replied(web, server.uri("/"), "").body()).hasSize(bytes);
      } else {
        AskException failed = failed(web, server.uri("/"));
        assertThat(failed.why()).isEqualTo(Why.USELESS);
        assertThat(failed).hasMessage("answered more than 1048576 bytes");
      }
    }
  }

  @Test
  void aServerThatIsNotThereIsTold() throws Exception {
    int port;
    try (ServerSocket gone = new ServerSocket()) {
      gone.bind(OtherServer.loopback());
      port = gone.getLocalPort();
    }
    try (WebClient web = client(PATIENCE_MILLIS)) {
      AskException failed = failed(web, URI.create("http://127.0.0.1:" + port + "/?secret"));

      assertThat(failed.why()).isEqualTo(Why.DOWN);
      assertThat(failed.getMessage()).startsWith("cannot be asked: ").doesNotContain("secret");
    }
  }

  @Test
  void whoFindsAsManyQuestionsAsMayBeFailsAtOnce() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (OtherServer server =
            new OtherServer(
                exchange -> {
                  await(late);
                  OtherServer.answer(exchange, 200, "x");
                });
        WebClient web = client(60_000)) {
      List<CompletableFuture<Reply>> under = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        under.add(web.send(question(server.uri("/"), "")).toCompletableFuture());
      }

      assertThat(failed(web, server.uri("/")).why()).isEqualTo(Why.BUSY);
      late.countDown();
      for (CompletableFuture<Reply> each : under) {
        assertThat(each.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS).status()).isEqualTo(200);
      }
      assertThat(replied(web, server.uri("/"), "").status()).isEqualTo(200);
    }
  }

  @Test
  void theEndGivesUpWhatIsUnderWayAndAsksNothingMore() throws Exception {
    CountDownLatch late = new CountDownLatch(1);
    try (OtherServer server = new OtherServer(exchange -> await(late));
        WebClient web = client(60_000)) {
      CompletableFuture<Reply> under =
          web.send(question(server.uri("/"), "")).toCompletableFuture();
      web.close();

      assertThat(why(under).why()).isEqualTo(Why.BUSY);
      assertThat(failed(web, server.uri("/")).why()).isEqualTo(Why.BUSY);
      late.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ca.pem, 127.0.0.1, true",
    "ca.pem, localhost, true",
    "ca.pem, 127.0.0.2, false",
    "other-ca.pem, 127.0.0.1, false",
    "'', 127.0.0.1, false",
  })
  void aServerHasToProveItsName(String ca, String host, boolean proved) throws Exception {
    HttpsServer https = HttpsServer.create(OtherServer.loopback(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(ofServer()));
    Optional<Path> file = Optional.of(ca).filter(name -> !name.isEmpty()).map(TLS::resolve);
    try (OtherServer server =
            new OtherServer(https, exchange -> OtherServer.answer(exchange, 200, "x"));
        WebClient web = new WebClient(PATIENCE_MILLIS, false, file)) {
      URI uri = URI.create("https://" + host + ":" + server.port() + "/");
      if (proved) {
        assertThat(replied(web, uri, "secret").status()).isEqualTo(200);
      } else {
        assertThat(failed(web, uri).why()).isEqualTo(Why.DOWN);
        assertThat(server.bodies).isEmpty();
      }
    }
  }

  private static SSLContext ofServer() throws Exception {
    char[] password = "secret".toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(TLS.resolve("server.p12"))) {
      store.load(file, password);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  @ParameterizedTest
  @CsvSource({
    "server.key, it has no certificates in PEM",
    "make, it has no certificates in PEM",
    "nowhere.pem, there is no such file",
  })
  void aFileOfAuthoritiesHasSome(String name, String problem) {
    Path file = TLS.resolve(name);

    assertThatThrownBy(() -> new WebClient(1, false, Optional.of(file)))
        .isInstanceOf(AuthFileException.class)
        .hasMessage(file + ": " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "https://auth.example/a?b=c, ''",
    "https://auth.example:8443/, ''",
    "http://127.0.0.1:8080/, ''",
    "http://[::1]/, ''",
    "http://localhost/, ''",
    "http://auth.example/, 'is http to another machine, and who is between could read and forge"
        + " all of it'",
    "http://127.0.0.1.example/, 'is http to another machine, and who is between could read and"
        + " forge all of it'",
    "http://0.0.0.0/, 'is http to another machine, and who is between could read and forge all"
        + " of it'",
    "https://u:p@auth.example/, 'has a user name or password in it, which belongs into a file'",
    "https://auth.example/#a, 'has a fragment, which no server is told'",
    "https://auth.example:0/, has a port that is none",
    "https:/auth.example/, names no server",
    "ftp://auth.example/, has to begin with https://",
    "auth.example, has to begin with https://",
  })
  void aUrlIsOneThatSecretsMayBeToldTo(String url, String problem) throws Exception {
    try (WebClient web = client(PATIENCE_MILLIS)) {
      assertThat(web.checkUrl(URI.create(url))).isEqualTo(problem);
      if (!problem.isEmpty()) {
        assertThat(failed(web, URI.create(url))).hasMessage("has a URL that " + problem);
      }
    }
  }

  @Test
  void whoSaysSoMayAskInTheClear() throws Exception {
    try (WebClient web = new WebClient(PATIENCE_MILLIS, true, Optional.empty())) {
      assertThat(web.checkUrl(URI.create("http://auth.example/"))).isEmpty();
    }
  }

  @Test
  void neitherQuestionsNorRepliesShowWhatIsInThem() {
    Question question = question(URI.create("https://u.example/?secret"), "secret");

    assertThat(question.toString()).doesNotContain("secret");
    assertThat(new Reply(200, "secret".getBytes(UTF_8), 1)).hasToString("Reply[200]");
  }

  private static WebClient client(long timeoutMillis) throws Exception {
    return new WebClient(timeoutMillis, false, Optional.empty());
  }

  private static Question question(URI uri, String body) {
    return new Question(uri, "POST", Map.of("X-Key", "secret"), body.getBytes(UTF_8));
  }

  private static Reply replied(WebClient web, URI uri, String body) throws Exception {
    return web.send(question(uri, body))
        .toCompletableFuture()
        .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static AskException failed(WebClient web, URI uri) throws Exception {
    return why(web.send(question(uri, "")).toCompletableFuture());
  }

  private static AskException why(CompletableFuture<Reply> stage) throws Exception {
    return AskException.of(
        stage
            .handle((reply, error) -> error == null ? new AssertionError(reply) : error)
            .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }
}
