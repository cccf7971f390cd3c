package io.whimbrel.codec;

import java.util.List;
import java.util.stream.Stream;

/**
 * The named table of MQTT as bytes: what every packet looks like in every version, and each way of
 * getting it wrong that some broker once accepted or died of. Shared by the tests of all modules.
 */
public final class WireCases {
  private WireCases() {}

  /** All of them. */
  public static List<WireCase> all() {
    return Stream.of(
            FixedHeaderCases.ALL,
            StringCases.ALL,
            ConnectCases.ALL,
            PublishCases.ALL,
            AcknowledgementCases.ALL,
            SubscribeCases.ALL,
            PropertyCases.ALL,
            ReasonCases.ALL)
        .flatMap(List::stream)
        .toList();
  }

  /** Those that mean a packet. */
  public static List<WireCase> accepted() {
    return all().stream().filter(wire -> wire.kind() != WireCase.Kind.REFUSES).toList();
  }

  /** Those that break a rule. */
  public static List<WireCase> refused() {
    return all().stream().filter(wire -> wire.kind() == WireCase.Kind.REFUSES).toList();
  }
}
