package io.whimbrel.cli.mqtt;

import io.whimbrel.client.sn.SnTransport;
import io.whimbrel.links.DtlsIdentity;
import io.whimbrel.links.DtlsLink;
import io.whimbrel.links.SerialLink;
import io.whimbrel.server.tls.KeyMaterial;
import io.whimbrel.server.tls.TlsFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * By what a tool of MQTT-SN reaches the broker: UDP, DTLS or a serial line.
 *
 * @param address for people
 * @param advice what may be wrong where nobody answers, to be put behind what is
 */
record DeviceWay(SnTransport transport, String address, String advice) {
  private static final int PORT_USUAL = 10_000;
  private static final int BAUD_USUAL = 9_600;
  private static final int BAUD_MAX = 4_000_000;

  /**
   * As the flags say.
   *
   * @throws MistakeException they contradict each other, or name a file that is wrong
   */
  static DeviceWay of(Flags flags) {
    DtlsIdentity identity = identity(flags);
    if (flags.has(Flag.SERIAL)) {
      if (identity != null || flags.has(Flag.HOST) || flags.has(Flag.SN_PORT)) {
        throw new MistakeException("--serial has no host, no port and no DTLS");
      }
      String device = flags.text(Flag.SERIAL).orElse("");
      int baud = flags.number(Flag.BAUD, BAUD_USUAL, 300, BAUD_MAX);
      if (device.isEmpty()) {
        throw new MistakeException("--serial needs the path of a device");
      }
      return new DeviceWay(SerialLink.at(device, baud), device, "");
    }
    if (flags.has(Flag.BAUD)) {
      throw new MistakeException("--baud is for --serial");
    }
    String host = flags.text(Flag.HOST).orElse("localhost");
    int port = flags.number(Flag.SN_PORT, PORT_USUAL, 1, 65_535);
    String address = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    return identity == null
        ? new DeviceWay(
            SnTransport.udp(host, port), address, "; does a broker listen there with --sn-port?")
        : new DeviceWay(
            DtlsLink.to(host, port, identity),
            address,
            "; is the key the right one, and is there a link of kind dtls?");
  }

  private static @Nullable DtlsIdentity identity(Flags flags) {
    boolean hasKey = flags.has(Flag.SN_PSK) || flags.has(Flag.SN_PSK_ID);
    List<Flag> files = List.of(Flag.SN_CERTIFICATE, Flag.SN_KEY, Flag.SN_CA_FILE);
    boolean hasCertificate = files.stream().anyMatch(flags::has);
    if (hasKey && hasCertificate) {
      throw new MistakeException("DTLS is by --psk or by --cert, not by both");
    }
    if (hasCertificate && !files.stream().allMatch(flags::has)) {
      throw new MistakeException("DTLS by certificates needs --cert, --key and --cafile");
    }
    if (hasCertificate) {
      return certificate(files.stream().map(flag -> flags.text(flag).orElse("")).map(Path::of));
    }
    return hasKey ? key(flags) : null;
  }

  private static DtlsIdentity certificate(Stream<Path> files) {
    List<Path> all = files.toList();
    try {
      KeyMaterial own = KeyMaterial.read(all.get(0), all.get(1), "");
      return DtlsIdentity.certificate(own.key(), own.chain(), KeyMaterial.certificates(all.get(2)));
    } catch (TlsFileException wrong) {
      throw new MistakeException(String.valueOf(wrong.getMessage()));
    }
  }

  private static DtlsIdentity key(Flags flags) {
    if (!flags.has(Flag.SN_PSK) || !flags.has(Flag.SN_PSK_ID)) {
      throw new MistakeException("DTLS by a key needs --psk and --psk-identity");
    }
    String allowed = "--psk-identity is a name, --psk a key of 1 to 64 octets in hexadecimal";
    try {
      return DtlsIdentity.key(
          flags.text(Flag.SN_PSK_ID).orElse(""),
          HexFormat.of().parseHex(flags.text(Flag.SN_PSK).orElse("")));
    } catch (IllegalArgumentException wrong) {
      throw new MistakeException(allowed); // without what was said, which is secret
    }
  }
}
