package io.whimbrel.server.metrics;

import java.util.List;

/** The metrics of who comes in, and of what is asked about that. */
record AuthMetrics(MetricTable table) {
  /** Adds them to the table. */
  void add(AuthVitals auth) {
    table.add(
        "whimbrel_denied_total",
        MetricTable.Kind.COUNTER,
        "action",
        "What rights refused: PUBLISH packets and wills, and filters of SUBSCRIBE packets.",
        List.of(
            new MetricTable.Series("publish", auth::publishesDenied),
            new MetricTable.Series("subscribe", auth::subscribesDenied)));
    table.add(
        "whimbrel_tokens_total",
        MetricTable.Kind.COUNTER,
        "outcome",
        "Tokens that were looked at: accepted; unknown, no token of an issuer, which may be a"
            + " password; refused for time, signature or claims; unavailable, as keys or the issuer"
            + " could not be asked.",
        auth.tokens().entrySet().stream()
            .map(each -> new MetricTable.Series(each.getKey(), each.getValue()::getAsLong))
            .toList());
    table.counter(
        "whimbrel_reauthentications_total",
        "Times that connected clients proved themselves again (4.12.1).",
        Count.REAUTHENTICATIONS);
    table.counter(
        "whimbrel_subscriptions_lost_total",
        "Subscriptions that clients had no right to any more then; what they match is withheld.",
        Count.SUBSCRIPTIONS_LOST);
    table.total(
        "whimbrel_reloads_total",
        "Times that changed files (configuration, certificates, passwords, rights) were taken on.",
        auth::reloads);
    table.total(
        "whimbrel_reloads_refused_total",
        "Times that changed files could not be used, and the old ones stayed in force.",
        auth::reloadsRefused);
    table.total(
        "whimbrel_plugin_failures_total",
        "Questions that plugins did not answer in time, or failed at; who asked was refused.",
        auth::pluginFailures);
    asking("whimbrel_http_auth", "`auth.http-url`", auth.http());
    asking(
        "whimbrel_introspection",
        "`issuers.NAME.introspection-url`, all of them",
        auth.introspection());
    table.total(
        "whimbrel_audit_events_total", "Lines written to the audit log.", auth::auditEvents);
    table.total(
        "whimbrel_audit_events_summed_total",
        "Events of which the audit log has the number alone: too many of a kind in a second.",
        auth::auditEventsSummed);
    table.total(
        "whimbrel_audit_events_lost_total",
        "Events the audit log lacks: too many at once, or the file could not be written.",
        auth::auditEventsLost);
  }

  /** Another server that is asked about clients. */
  private void asking(String name, String key, AskVitals asked) {
    table.add(
        name + "_questions_total",
        MetricTable.Kind.COUNTER,
        "outcome",
        "Questions to "
            + key
            + ": answered; shared, another one's answer did for it too; failed, there was none of"
            + " use; unasked, too many were under way or the breaker was open.",
        List.of(
            new MetricTable.Series("answered", asked::answered),
            new MetricTable.Series("shared", asked::shared),
            new MetricTable.Series("failed", asked::failed),
            new MetricTable.Series("unasked", asked::unasked)));
    table.gauge(
        name + "_breaker_open",
        "1 while " + key + " is left alone for not answering, else 0.",
        () -> asked.isOpen() ? 1 : 0);
  }
}
