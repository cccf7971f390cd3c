package io.whimbrel.server.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.californium.elements.auth.PreSharedKeyIdentity;
import org.junit.jupiter.api.Test;

/** Whose session goes on. */
final class DtlsSecretsTest {
  private static final byte[] KEY = {1, 2};
  private static final byte[] OTHER = {1, 3};

  private static DtlsSecrets secrets(Map<String, byte[]> keys) {
    return new DtlsSecrets(keys, Optional.empty(), List.of());
  }

  private static Principal pump(byte[] key) {
    PreSharedKeyIdentity pump = new PreSharedKeyIdentity("pump");
    return pump.amend(DtlsUsedKey.kept(pump, new DtlsUsedKey(key)));
  }

  @Test
  void aSessionGoesOnForAsLongAsItsKeyIsTheOneItWasMadeWith() {
    assertThat(secrets(Map.of("pump", KEY.clone())).serves(pump(KEY))).isTrue();
    assertThat(secrets(Map.of("pump", OTHER)).serves(pump(KEY))).isFalse();
    assertThat(secrets(Map.of("panel", KEY)).serves(pump(KEY))).isFalse();
    assertThat(secrets(Map.of()).serves(pump(KEY))).isFalse();
  }

  @Test
  void whoHasProvedNothingIsNotServed() {
    DtlsSecrets secrets = secrets(Map.of("pump", KEY));
    assertThat(secrets.serves(new PreSharedKeyIdentity("pump"))).isFalse();
    assertThat(secrets.serves(null)).isFalse();
  }
}
