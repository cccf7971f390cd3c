package io.whimbrel.codec.scram;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever somebody sends: it is a message or it is refused, and what we write is read again. */
final class ScramProperties {
  @Property
  void whateverIsSentIsAMessageOrRefused(@ForAll byte[] noise) {
    readAll(noise);
  }

  @Property
  void whateverLooksLikeAMessageIsOneOrRefused(@ForAll("pieces") String text) {
    readAll(text.getBytes(StandardCharsets.UTF_8));
  }

  @Property
  void aNameComesBackAsItWasSaid(@ForAll("names") String name) throws Exception {
    ClientFirst said = ClientFirst.of(name, "abc");
    ClientFirst heard = ClientFirst.read(said.bytes());

    assertThat(heard).isEqualTo(said);
    assertThat(heard.user()).isEqualTo(name);
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of(
            "n", "y", "p=", ",", ",,", "n=", "r=", "s=", "i=", "c=", "v=", "e=", "m=", "a=", "x=",
            "p=AQI=", "biws", "AQI=", "=2C", "=3D", "=", "user", "4096", "abc", "\0", "\u00AD", "é")
        .list()
        .ofMaxSize(12)
        .map(list -> String.join("", list));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange(' ', '~').ofMinLength(1).ofMaxLength(64);
  }

  private static void readAll(byte[] message) {
    try {
      assertThat(ClientFirst.read(message).bytes()).isEqualTo(message);
    } catch (ScramException refused) {
      assertTold(refused);
    }
    try {
      assertThat(ServerFirst.read(message).bytes()).isEqualTo(message);
    } catch (ScramException refused) {
      assertTold(refused);
    }
    try {
      ClientFinal last = ClientFinal.read(message);
      assertThat(ClientFinal.bytes(last.withoutProof(), last.proof())).isEqualTo(message);
    } catch (ScramException refused) {
      assertTold(refused);
    }
    try {
      assertThat(ServerFinal.read(message).signature()).isNotEmpty();
    } catch (ScramException refused) {
      assertTold(refused);
    }
  }

  private static void assertTold(ScramException refused) {
    assertThat(refused).message().isNotEmpty().isPrintable().hasSizeLessThan(100);
  }
}
