import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ CE in this process until it is ended: {@code DIRECTORY PORT WEBSOCKET-PORT}. */
public final class HiveMqCe {
  public static void main(String[] args) throws Exception {
    Path config = Files.createDirectories(Path.of(args[0], "conf"));
    Files.writeString(
        config.resolve("config.xml"),
        """
        <?xml version="1.0"?>
        <hivemq>
          <listeners>
            <tcp-listener><port>%s</port><bind-address>127.0.0.1</bind-address></tcp-listener>
            <websocket-listener>
              <port>%s</port><bind-address>127.0.0.1</bind-address><path>/mqtt</path>
              <subprotocols><subprotocol>mqtt</subprotocol></subprotocols>
              <allow-extensions>true</allow-extensions>
            </websocket-listener>
          </listeners>
          <mqtt>
            <queued-messages><max-queue-size>100000</max-queue-size></queued-messages>
          </mqtt>
          <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
        </hivemq>
        """
            .formatted(args[1], args[2]));
    EmbeddedHiveMQ hivemq =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(config)
            .withDataFolder(Files.createDirectories(Path.of(args[0], "data")))
            .withExtensionsFolder(Files.createDirectories(Path.of(args[0], "extensions")))
            .build();
    hivemq.start().join();
    System.out.println("ready");
    Thread.currentThread().join();
  }
}
