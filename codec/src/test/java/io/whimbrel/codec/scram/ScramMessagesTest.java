package io.whimbrel.codec.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a message of SCRAM is, and what is none. */
final class ScramMessagesTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n,,n=user,r=abc | n,, | '' | user | n=user,r=abc",
        "y,,n=user,r=abc | y,, | '' | user | n=user,r=abc",
        "n,a=user,n=user,r=abc | n,a=user, | user | user | n=user,r=abc",
        "n,a=a=2Cb,n=a=2Cb=3D=3D,r=a | n,a=a=2Cb, | a,b | a,b== | n=a=2Cb=3D=3D,r=a",
        "n,,n=user,r=abc,x=1,y=a=b | n,, | '' | user | n=user,r=abc,x=1,y=a=b",
        "n,,n=Ⅸ,r=abc | n,, | '' | IX | n=Ⅸ,r=abc",
      })
  void aClientFirstIsReadInItsParts(String text, String header, String id, String user, String bare)
      throws Exception {
    ClientFirst first = ClientFirst.read(bytes(text));

    assertThat(first.header()).isEqualTo(header);
    assertThat(first.authorizationId()).isEqualTo(id);
    assertThat(first.user()).isEqualTo(user);
    assertThat(first.bare()).isEqualTo(bare);
    assertThat(first.bytes()).isEqualTo(bytes(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "n",
        "n,",
        "n,,",
        "n,,n=user",
        "n,,n=user,",
        "n,,n=user,r",
        "n,,n=user,r=",
        "n,,n=user,r=a b",
        "n,,n=user,r=a\u007f",
        "n,,n=user,r=ä",
        "n,,n=user,r=abc,",
        "n,,n=user,r=abc,x",
        "n,,n=user,r=abc,x=",
        "n,,n=user,r=abc,1=x",
        "n,,n=user,r=abc,xy",
        "n,,n=user,r=abc,x=\0",
        "n,,n=,r=abc",
        "n,,n=a=b,r=abc",
        "n,,n=a=2c,r=abc",
        "n,,n=a=,r=abc",
        "n,,n=a=2,r=abc",
        "n,,n=a\0,r=abc",
        "n,,n=a\u0007,r=abc",
        "n,,n=\u00AD,r=abc",
        "n,,r=abc,n=user",
        "n,,N=user,r=abc",
        "n,n=user,r=abc",
        "n,a=,n=user,r=abc",
        "n,b=x,n=user,r=abc",
        "N,,n=user,r=abc",
        " n,,n=user,r=abc",
        "z,,n=user,r=abc",
        "p,,n=user,r=abc",
        "yn,,n=user,r=abc",
        "n=user,r=abc",
        "\uFEFFn,,n=user,r=abc",
      })
  void whatIsNoClientFirstIsRefused(String text) {
    assertThatThrownBy(() -> ClientFirst.read(bytes(text)))
        .isInstanceOf(ScramException.class)
        .extracting(refused -> ((ScramException) refused).kind())
        .isEqualTo(ScramException.Kind.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p=tls-unique,,n=user,r=abc",
        "p=,,n=user,r=abc",
        "n,,m=x,n=user,r=abc",
        "n,,n=user,m=x,r=abc",
        "n,,n=user,r=abc,m=x",
      })
  void aChannelBindingAndAMandatoryExtensionAreTooMuch(String text) {
    assertThatThrownBy(() -> ClientFirst.read(bytes(text)))
        .isInstanceOf(ScramException.class)
        .extracting(refused -> ((ScramException) refused).kind())
        .isEqualTo(ScramException.Kind.UNSUPPORTED);
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    byte[] message = bytes("n,,n=user,r=abc");
    message[5] = (byte) 0xC0;

    assertThatThrownBy(() -> ClientFirst.read(message)).isInstanceOf(ScramException.class);
  }

  @Test
  void aMessageHasItsLengthAtMost() throws Exception {
    String longest = "n,,n=user,r=" + "a".repeat(ClientFirst.BYTES_MAX - 12);

    assertThat(ClientFirst.read(bytes(longest)).nonce()).hasSize(ClientFirst.BYTES_MAX - 12);
    assertThatThrownBy(() -> ClientFirst.read(bytes(longest + "a")))
        .isInstanceOf(ScramException.class)
        .hasMessageContaining("longer");
    assertThatThrownBy(() -> ServerFirst.read(new byte[ServerFirst.BYTES_MAX + 1]))
        .hasMessageContaining("longer");
    assertThatThrownBy(() -> ClientFinal.read(new byte[ClientFinal.BYTES_MAX + 1]))
        .hasMessageContaining("longer");
    assertThatThrownBy(() -> ServerFinal.read(new byte[ServerFinal.BYTES_MAX + 1]))
        .hasMessageContaining("longer");
  }

  @Test
  void aServerFirstIsReadInItsParts() throws Exception {
    ServerFirst first = ServerFirst.read(bytes("r=abc%,s=AQI=,i=4096,x=y"));

    assertThat(first.nonce()).isEqualTo("abc%");
    assertThat(first.salt()).containsExactly(1, 2);
    assertThat(first.iterations()).isEqualTo(4096);
    assertThat(first.text()).isEqualTo("r=abc%,s=AQI=,i=4096,x=y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r=abc",
        "r=abc,s=AQI=",
        "r=abc,i=4096,s=AQI=",
        "r=abc,s=AQI,i=4096",
        "r=abc,s=AQJ=,i=4096",
        "r=abc,s=AQI=\n,i=4096",
        "r=abc,s=A-I=,i=4096",
        "r=abc,s=,i=4096",
        "r=abc,s=AQI=,i=",
        "r=abc,s=AQI=,i=0",
        "r=abc,s=AQI=,i=-4096",
        "r=abc,s=AQI=,i=+4096",
        "r=abc,s=AQI=,i=04096",
        "r=abc,s=AQI=,i=٤٠٩٦",
        "r=abc,s=AQI=,i=4096 ",
        "r=abc,s=AQI=,i=1000000000",
        "r=abc,s=AQI=,i=99999999999999999999",
        "r=abc,s=AQI=,i=4096,",
        "m=x,r=abc,s=AQI=,i=4096",
        "e=other-error",
      })
  void whatIsNoServerFirstIsRefused(String text) {
    assertThatThrownBy(() -> ServerFirst.read(bytes(text))).isInstanceOf(ScramException.class);
  }

  @Test
  void aClientFinalIsReadInItsParts() throws Exception {
    ClientFinal last = ClientFinal.read(bytes("c=biws,r=abc,x=p=1,p=AQI="));

    assertThat(last.binding()).isEqualTo(bytes("n,,"));
    assertThat(last.nonce()).isEqualTo("abc");
    assertThat(last.proof()).containsExactly(1, 2);
    assertThat(last.withoutProof()).isEqualTo("c=biws,r=abc,x=p=1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,",
        "c=biws,r=abc",
        "c=biws,r=abc,",
        "c=biws,r=abc,p=",
        "c=biws,r=abc,p=AQI",
        "c=biws,r=abc,p=AQJ=",
        "c=biws,r=abc,p=AQI=,x=y",
        "c=biws,r=abc,p=AQI=,",
        "c=biws,r=abc,m=x,p=AQI=",
        "c=biws,p=AQI=,r=abc",
        "c=,r=abc,p=AQI=",
        "r=abc,c=biws,p=AQI=",
        "c=biws,r=,p=AQI=",
      })
  void whatIsNoClientFinalIsRefused(String text) {
    assertThatThrownBy(() -> ClientFinal.read(bytes(text))).isInstanceOf(ScramException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "v=", "v=AQ", "v=AQJ=", "e=invalid-proof", "v=AQI=,", "x=y,v=AQI="})
  void whatIsNoServerFinalIsRefused(String text) {
    assertThatThrownBy(() -> ServerFinal.read(bytes(text))).isInstanceOf(ScramException.class);
  }
}
