package io.whimbrel.cli.mqtt;

import io.whimbrel.client.ConnectResult.Announced;

/** What a broker announces in CONNACK (3.2.2.3), in words. */
final class Announcing {
  private static final String STEP = "broker";
  private static final long FOR_EVER = 0xFFFF_FFFFL;

  private Announcing() {}

  /** Tells all of it, and of what it has not, as a note. */
  static void tell(Announced said, long askedExpiry, Findings findings) {
    long expiry = said.sessionExpirySeconds() < 0 ? askedExpiry : said.sessionExpirySeconds();
    findings.note(STEP, "session expiry: " + (expiry == FOR_EVER ? "never" : expiry + " s"));
    findings.note(STEP, "receive maximum: " + said.receiveMaximum());
    findings.note(STEP, "maximum QoS: " + said.maximumQos());
    findings.note(STEP, "retained messages: " + available(said.retainAvailable()));
    long size = said.packetSizeMax();
    findings.note(
        STEP, "maximum packet size: " + (size == Long.MAX_VALUE ? "no limit" : size + " bytes"));
    findings.note(STEP, "topic alias maximum: " + said.topicAliasMaximum());
    findings.note(STEP, "wildcard subscriptions: " + available(said.wildcardSubscriptions()));
    findings.note(STEP, "shared subscriptions: " + available(said.sharedSubscriptions()));
    findings.note(STEP, "subscription identifiers: " + available(said.subscriptionIdentifiers()));
    int keepAlive = said.keepAliveSeconds();
    findings.note(STEP, "keep alive: " + (keepAlive < 0 ? "as asked" : keepAlive + " s"));
    if (!said.assignedClientId().isEmpty()) {
      findings.note(STEP, "assigned client identifier: " + said.assignedClientId());
    }
    if (!said.responseInformation().isEmpty()) {
      findings.note(STEP, "response information: " + said.responseInformation());
    }
    if (!said.serverReference().isEmpty()) {
      findings.note(STEP, "another server: " + said.serverReference());
    }
  }

  private static String available(boolean available) {
    return available ? "available" : "not available";
  }
}
