package io.whimbrel.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.255.255, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::1, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.129, true",
    "192.0.2.1, 192.0.2.1, true",
    "192.0.2.1, 192.0.2.2, false",
    "0.0.0.0/0, 192.0.2.2, true",
    "0.0.0.0/0, fd00::1, false",
    "fd00::/8, fdff::1, true",
    "fd00::/8, fe00::1, false",
    "::/0, fe00::1, true",
    "::1, ::1, true",
    "::ffff:10.0.0.0/8, 10.1.1.1, true",
  })
  void hasTheAddressesOfItsPrefix(String range, String address, boolean contained)
      throws Exception {
    assertThat(AddressRange.of(range).orElseThrow().contains(InetAddress.getByName(address)))
        .isEqualTo(contained);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/8", "192.0.2.1", "0.0.0.0/0", "fd00::/8", "::1"})
  void isWrittenAsItIsRead(String range) {
    assertThat(AddressRange.of(range)).map(AddressRange::toString).contains(range);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/33",
        "10.0.0.0/08",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.1.0.0/8",
        "10.0.0/8",
        "::/129",
        "fe80::1%eth0",
        "::1/0"
      })
  void isNothingElse(String text) {
    assertThat(AddressRange.of(text)).isEmpty();
  }
}
