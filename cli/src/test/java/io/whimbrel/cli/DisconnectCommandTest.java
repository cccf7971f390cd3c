package io.whimbrel.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.config.ServerConfig;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Clients of a running broker that are sent away from a terminal. */
@Timeout(120)
final class DisconnectCommandTest {
  private static final int TIMEOUT_MILLIS = 60_000;

  @TempDir Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path data;

  @BeforeEach
  void chooseAPlace() {
    data = directory.resolve("data");
  }

  private int run(String... words) {
    CommandLine line = Main.commandLine(environment, directory);
    line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    String[] all = new String[words.length + 1];
    all[0] = "disconnect";
    System.arraycopy(words, 0, all, 1, words.length);
    return Main.run(line, all);
  }

  private Server broker(String... more) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put("data-dir", data.toString());
    settings.put("listeners.tcp-port", "any");
    settings.put("listeners.websocket-port", "0");
    settings.put("http.port", "0");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return Server.start(ServerConfig.of(settings));
  }

  /** A client of MQTT 5 that has its CONNACK. */
  private static Socket client(Server server, String clientId) throws Exception {
    Listening tcp = server.listening().get(0);
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), tcp.port());
    socket.setSoTimeout(TIMEOUT_MILLIS);
    byte[] id = clientId.getBytes(StandardCharsets.UTF_8);
    OutputStream to = socket.getOutputStream();
    to.write(new byte[] {0x10, (byte) (13 + id.length), 0, 4, 'M', 'Q', 'T', 'T', 5, 2, 0, 0, 0});
    to.write(new byte[] {0, (byte) id.length});
    to.write(id);
    InputStream from = socket.getInputStream();
    assertThat(from.read()).isEqualTo(0x20);
    from.readNBytes(from.read());
    return socket;
  }

  /** The Reason Code of the DISCONNECT that comes next. */
  private static int reason(Socket client) throws Exception {
    InputStream from = client.getInputStream();
    assertThat(from.read()).isEqualTo(0xE0);
    return from.readNBytes(from.read())[0] & 0xFF;
  }

  @Test
  void sendsAClientAwayAndSaysHowMany() throws Exception {
    Server server = broker();
    try (Socket gone = client(server, "pump");
        Socket told = client(server, "pump-2")) {
      assertThat(run("--client-id", "pump", "--data-dir", data.toString())).isZero();
      assertThat(reason(gone)).isEqualTo(0x98);
      assertThat(out).hasToString("1 connection ended\n");

      environment.put("WHIMBREL_DATA_DIR", data.toString());
      assertThat(run("--client-id", "pump-2", "--reason", "not-authorized")).isZero();
      assertThat(reason(told)).isEqualTo(0x87);

      assertThat(run("--client-id", "pump")).isEqualTo(1);
      assertThat(out.toString()).endsWith("no such client is connected\n");
      assertThat(run("--user", "alice")).isEqualTo(1);
      assertThat(run("--subject", "alice", "--issuer", "https://issuer.example")).isEqualTo(1);
      assertThat(run("--token-id", "t-1")).isEqualTo(1);
      assertThat(run("--issuer", "https://issuer.example")).isEqualTo(1);
      assertThat(err.toString()).isEmpty();
    } finally {
      server.stop();
    }
  }

  @Test
  void findsTheSocketWhereTheConfigurationHasIt() throws Exception {
    Path socket = directory.resolve("my.sock");
    Path file =
        Files.writeString(
            directory.resolve("broker.yaml"),
            "data-dir: " + data + "\ncontrol: {socket: " + socket + "}\n");
    Server server = broker("control.socket", socket.toString());
    try {
      try (Socket gone = client(server, "a")) {
        assertThat(run("--client-id", "a", "--config", file.toString())).isZero();
        assertThat(reason(gone)).isEqualTo(0x98);
      }
      try (Socket gone = client(server, "b")) {
        assertThat(run("--client-id", "b", "--socket", socket.toString())).isZero();
        assertThat(reason(gone)).isEqualTo(0x98);
      }
      Files.move(file, directory.resolve("whimbrel.yaml"));
      assertThat(run("--client-id", "a")).isEqualTo(1);
      assertThat(out.toString()).endsWith("no such client is connected\n");
    } finally {
      server.stop();
    }
  }

  @Test
  void saysInALineThatNoBrokerIsThere() throws Exception {
    assertThat(run("--user", "alice", "--data-dir", data.toString())).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "whimbrel: there is no "
                + data.resolve("control.sock")
                + ": no broker runs there, or it has no control socket; --data-dir, --config or"
                + " --socket say where one is\n");
    Path file = Files.writeString(directory.resolve("no.sock"), "");
    assertThat(run("--user", "alice", "--socket", file.toString())).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(2).last().asString().startsWith("whimbrel: ");
    Files.writeString(directory.resolve("whimbrel.yaml"), "control: {socket: none}\n");
    assertThat(run("--user", "alice")).isEqualTo(1);
    assertThat(err.toString())
        .endsWith("control.socket is none: a broker with this configuration has none\n");
    String long1 = "x".repeat(120);
    assertThat(run("--user", "a", "--socket", directory.resolve(long1).toString())).isEqualTo(1);
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--reason not-authorized",
        "--user a --client-id b",
        "--user a --issuer b",
        "--subject a --token-id b",
        "--user=",
        "--user a --reason server-moved",
        "alice"
      })
  void aMistakeOfTheCommandLineIsToldInALine(String words) {
    assertThat(run(words.isEmpty() ? new String[0] : words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("whimbrel: ").hasLineCount(2);
    assertThat(err.toString()).endsWith("Try 'whimbrel disconnect --help'.\n");
  }

  @Test
  void aMistakeOfTheConfigurationIsToldToo() throws Exception {
    Files.writeString(directory.resolve("whimbrel.yaml"), "control: {sockt: none}\n");
    assertThat(run("--user", "alice")).isEqualTo(2);
    assertThat(err.toString()).contains("control.sockt").hasLineCount(1);
  }
}
