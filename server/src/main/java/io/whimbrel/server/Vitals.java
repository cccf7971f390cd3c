package io.whimbrel.server;

import io.whimbrel.server.audit.Audit;
import io.whimbrel.server.auth.HttpCallout;
import io.whimbrel.server.auth.Plugins;
import io.whimbrel.server.metrics.AskVitals;
import io.whimbrel.server.metrics.AuthVitals;
import io.whimbrel.server.rights.Denials;
import io.whimbrel.server.token.IssuerWeb;
import io.whimbrel.server.token.TokenEvents;
import java.util.Map;
import java.util.function.LongSupplier;

/** What parts count for themselves, as metrics ask for it. */
final class Vitals {
  private Vitals() {}

  /** What files, plugins, rights and the audit did. */
  static AuthVitals of(
      Reloads reloads,
      HttpCallout callout,
      Plugins plugins,
      Denials denials,
      Audit audit,
      TokenEvents tokens,
      IssuerWeb issuers) {
    return new AuthVitals() {
      @Override
      public long reloads() {
        return reloads.done();
      }

      @Override
      public long reloadsRefused() {
        return reloads.refused();
      }

      @Override
      public long pluginFailures() {
        return plugins.failures();
      }

      @Override
      public AskVitals http() {
        return callout.vitals();
      }

      @Override
      public long publishesDenied() {
        return denials.publishes();
      }

      @Override
      public long subscribesDenied() {
        return denials.subscribes();
      }

      @Override
      public AskVitals introspection() {
        return issuers.vitals();
      }

      @Override
      public Map<String, LongSupplier> tokens() {
        return tokens.outcomes();
      }

      @Override
      public long auditEvents() {
        return audit.written();
      }

      @Override
      public long auditEventsSummed() {
        return audit.summed();
      }

      @Override
      public long auditEventsLost() {
        return audit.lost();
      }
    };
  }
}
