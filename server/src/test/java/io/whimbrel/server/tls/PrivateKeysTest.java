package io.whimbrel.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as OpenSSL writes them. */
class PrivateKeysTest {
  private static final Path FILES = Path.of("src/test/resources/tls");

  @ParameterizedTest
  @CsvSource({
    "server-sec1.key, server.key, ''",
    "server-encrypted.key, server.key, secret",
    "rsa-pkcs1.key, rsa-pkcs8.key, ''",
  })
  void isTheSameInEveryForm(String one, String other, String password) throws Exception {
    PrivateKey read = PrivateKeys.read(text(one), password);

    assertThat(secret(read)).isEqualTo(secret(PrivateKeys.read(text(other), "")));
  }

  private static BigInteger secret(PrivateKey key) {
    return key instanceof ECPrivateKey ec ? ec.getS() : ((RSAPrivateKey) key).getPrivateExponent();
  }

  @Test
  void thatIsEncryptedNeedsItsPassword() throws Exception {
    String text = text("server-encrypted.key");

    assertThatThrownBy(() -> PrivateKeys.read(text, ""))
        .hasMessage("its key is encrypted, and tls.key-password is not set");
    assertThatThrownBy(() -> PrivateKeys.read(text, "wrong"))
        .hasMessage("its key cannot be decrypted: is tls.key-password right?");
  }

  @Test
  void encryptedInTheOldWayIsToldHowToBeMended() throws Exception {
    String text = text("server-old.key");

    assertThatThrownBy(() -> PrivateKeys.read(text, "secret"))
        .isInstanceOf(TlsFileException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.pem", "ca.crl"})
  void isNotInEveryFile(String name) throws Exception {
    String text = text(name);

    assertThatThrownBy(() -> PrivateKeys.read(text, ""))
        .hasMessageStartingWith("there is no private key in it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMIIB\n-----END EC PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n*\n-----END PRIVATE KEY-----",
      })
  void damagedIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> PrivateKeys.read(text, "secret"))
        .isInstanceOf(TlsFileException.class)
        .hasMessageStartingWith("its ")
        .message()
        .doesNotContain("\n");
  }

  private static String text(String name) throws Exception {
    return Files.readString(FILES.resolve(name));
  }
}
