package io.whimbrel.cli;

import io.whimbrel.cli.mqtt.Streams;
import io.whimbrel.cli.mqtt.Tool;
import io.whimbrel.cli.mqtt.Tools;
import io.whimbrel.server.Listening;
import io.whimbrel.server.Server;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.store.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A broker that starts, serves a client and the tools that are clients, and stops, so that the JVM
 * can write down which classes that takes ({@code -XX:ArchiveClassesAtExit}) and begin with them
 * the next time. Before that it unpacks the native library of the store. The launcher runs it once
 * after a build; nothing else does.
 */
final class Rehearsal {
  /** CONNECT 3.1.1, SUBSCRIBE, PUBLISH at QoS 1 to it, DISCONNECT, and so many bytes come back. */
  private static final String SAID =
      "100d00044d51545404020000000172" + "820600010001740132070001740002" + "6869e000";

  private static final int HEARD_BYTES = 4 + 5 + 8;
  private static final int PATIENCE_MILLIS = 5_000;

  private Rehearsal() {}

  /**
   * Runs it; whatever fails is not worth a word, since the broker starts without it as well.
   *
   * @param args where the native library is to be
   */
  public static void main(String[] args) throws Exception {
    NativeLibrary.unpack(Path.of(args[0]));
    Path directory = Files.createTempDirectory("whimbrel-rehearsal");
    Ahead ahead = Ahead.begin();
    try {
      BrokerFlags.plain(new String[] {"--data-dir", directory.toString()}, 0);
      ahead.awaitLog();
      Server server =
          Server.start(
              ServerConfig.of(
                  Map.of(
                      "listeners.tcp-port", "any",
                      "listeners.websocket-port", "any",
                      "http.port", "any",
                      "data-dir", directory.resolve("data").toString())));
      StartMessage.of(ServerConfig.of(Map.of()), server.listening());
      serveOne(server.listening());
      server.listening().stream()
          .filter(each -> each.kind() == Listening.Kind.TCP)
          .forEach(each -> tools(each.port()));
      server.stop();
    } finally {
      delete(directory);
    }
  }

  private static void serveOne(List<Listening> listening) throws IOException {
    for (Listening each : listening) {
      if (each.kind() == Listening.Kind.TCP) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), each.port())) {
          client.setSoTimeout(PATIENCE_MILLIS);
          client.getOutputStream().write(HexFormat.of().parseHex(SAID));
          InputStream heard = client.getInputStream();
          heard.readNBytes(HEARD_BYTES);
        }
      }
    }
  }

  /** A message is published and printed, as by a client of a moment. */
  private static void tools(int port) {
    String to = "-h 127.0.0.1 -t rehearsal -q 1 -p " + port;
    tool(Tool.PUB, to + " -r -m x");
    tool(Tool.SUB, to + " -C 1 -v -W 5");
  }

  private static void tool(Tool tool, String words) {
    Streams streams =
        new Streams(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new PrintWriter(Writer.nullWriter()));
    Runnable nothing = () -> {};
    Tools.run(tool, List.of(words.split(" ")), Map.of(), streams, end -> {}, nothing, nothing);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
