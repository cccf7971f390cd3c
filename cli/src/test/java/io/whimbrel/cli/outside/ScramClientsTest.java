package io.whimbrel.cli.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.whimbrel.junit.EmbeddedBroker;
import io.whimbrel.server.scram.ScramFileEditor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that others wrote, with a SCRAM that shares nothing with ours. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class ScramClientsTest {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    Path users = directory.resolve("users");
    ScramFileEditor editor = ScramFileEditor.openOrMake(users, ScramFileEditor.ITERATIONS);
    editor.put("alice", "gr8 pass".getBytes(StandardCharsets.UTF_8));
    editor.save();
    broker =
        EmbeddedBroker.start(
            Map.of(
                "auth.scram-file", users.toString(),
                "logins.failure-delay", "0",
                "recorder", "off"));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  private static Mqtt5BlockingClient client(Scram scram) {
    return Mqtt5Client.builder()
        .serverHost("127.0.0.1")
        .serverPort(Integer.parseInt(broker.uri().replaceAll(".*:", "")))
        .enhancedAuth(scram)
        .buildBlocking();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-512"})
  void hivemqComesInAndProvesItAgain(String hash) throws Exception {
    Scram scram = new Scram(hash, "alice", "gr8 pass");
    Mqtt5BlockingClient client = client(scram);

    assertThat(client.connect().getReasonCode()).isEqualTo(Mqtt5ConnAckReasonCode.SUCCESS);
    assertThat(scram.proven).isEqualTo(1);
    client.toAsync().reauth().get(60, TimeUnit.SECONDS);
    assertThat(scram.proven).isEqualTo(2);
    client.disconnect();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SHA-256", "SHA-512"})
  void hivemqWithAWrongPasswordStaysOut(String hash) {
    for (String user : new String[] {"alice", "ghost"}) {
      Mqtt5ConnAckException refused =
          catchThrowableOfType(
              Mqtt5ConnAckException.class, () -> client(new Scram(hash, user, "wrong")).connect());

      assertThat(refused.getMqttMessage().getReasonCode())
          .isEqualTo(Mqtt5ConnAckReasonCode.NOT_AUTHORIZED);
    }
  }

  /** RFC 5802 by what the JDK has. */
  private static final class Scram implements Mqtt5EnhancedAuthMechanism {
    private final String hash;
    private final String user;
    private final String password;
    private String bare = "";
    private byte[] signature = {};
    private volatile int proven;

    Scram(String hash, String user, String password) {
      this.hash = hash;
      this.user = user;
      this.password = password;
    }

    @Override
    public MqttUtf8String getMethod() {
      return MqttUtf8String.of("SCRAM-" + hash);
    }

    @Override
    public int getTimeout() {
      return 60;
    }

    private byte[] first() {
      bare = "n=" + user + ",r=" + UUID.randomUUID();
      return ("n,," + bare).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public CompletableFuture<Void> onAuth(
        Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder said) {
      said.data(first());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder said) {
      said.data(first());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
        Mqtt5ClientConfig config, Mqtt5Auth asked, Mqtt5AuthBuilder said) {
      String challenge = text(asked.getData().orElseThrow());
      String[] parts = challenge.split(",", 3);
      byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
      int iterations = Integer.parseInt(parts[2].substring(2));
      try {
        int bits = Integer.parseInt(hash.substring("SHA-".length()));
        PBEKeySpec key = new PBEKeySpec(password.toCharArray(), salt, iterations, bits);
        byte[] salted =
            SecretKeyFactory.getInstance("PBKDF2WithHmac" + name())
                .generateSecret(key)
                .getEncoded();
        byte[] clientKey = hmac(salted, "Client Key");
        String withoutProof = "c=biws," + parts[0];
        String message = bare + "," + challenge + "," + withoutProof;
        byte[] proof = hmac(MessageDigest.getInstance(hash).digest(clientKey), message);
        for (int i = 0; i < proof.length; i++) {
          proof[i] ^= clientKey[i];
        }
        signature = hmac(hmac(salted, "Server Key"), message);
        String last = withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
        said.data(last.getBytes(StandardCharsets.UTF_8));
        return CompletableFuture.completedFuture(true);
      } catch (GeneralSecurityException missing) {
        return CompletableFuture.failedFuture(missing);
      }
    }

    private String name() {
      return hash.replace("-", "");
    }

    private byte[] hmac(byte[] key, String data) throws GeneralSecurityException {
      Mac mac = Mac.getInstance("Hmac" + name());
      mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
      return mac.doFinal(data.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer data) {
      return StandardCharsets.UTF_8.decode(data).toString();
    }

    private CompletableFuture<Boolean> verified(ByteBuffer last) {
      boolean right = text(last).equals("v=" + Base64.getEncoder().encodeToString(signature));
      if (right) {
        proven++;
      }
      return CompletableFuture.completedFuture(right);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck said) {
      return verified(said.getEnhancedAuth().orElseThrow().getData().orElseThrow());
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth said) {
      return verified(said.getData().orElseThrow());
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck said) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect said) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
  }
}
