package io.whimbrel.server.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressBlockTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1:1883, 192.0.2.1",
    "192.0.2.1:1, 192.0.2.1",
    "[2001:db8:1:2:3:4:5:6]:1883, 2001:db8:1:2::/64",
    "[2001:db8:1:2::9]:1884, 2001:db8:1:2::/64",
    "[0:0:0:0:0:0:0:1]:1884, 0:0:0:0::/64",
    "unknown, unknown",
    "unix:/run/whimbrel.sock, unix:/run/whimbrel.sock",
  })
  void anAddressIsOneWhateverItsPortAndItsLastHalf(String text, String block) {
    assertThat(AddressBlock.of(text).text()).isEqualTo(block);
  }

  @Test
  void theSameBlockComesOfAnAddressAndOfItsText() throws Exception {
    for (String host : new String[] {"192.0.2.77", "2001:db8:0:ff00::1", "fe80::1"}) {
      InetAddress address = InetAddress.getByName(host);
      String text = host.contains(":") ? "[" + address.getHostAddress() + "]:9" : host + ":9";

      assertThat(AddressBlock.of(address)).isEqualTo(AddressBlock.of(text));
    }
  }

  @Test
  void anIpv4AddressInIpv6IsTheSame() throws Exception {
    assertThat(AddressBlock.of(InetAddress.getByName("::ffff:192.0.2.1")).text())
        .isEqualTo("192.0.2.1");
  }
}
