package io.whimbrel.server.metrics;

import java.util.Map;
import java.util.function.LongSupplier;

/** What files of users, rights and certificates, and the audit log, did. Read by any thread. */
public interface AuthVitals {
  /** Where there are no such files. */
  AuthVitals NONE =
      new AuthVitals() {
        @Override
        public long reloads() {
          return 0;
        }

        @Override
        public long reloadsRefused() {
          return 0;
        }

        @Override
        public long pluginFailures() {
          return 0;
        }

        @Override
        public long publishesDenied() {
          return 0;
        }

        @Override
        public long subscribesDenied() {
          return 0;
        }
      };

  /** Times that changed files were taken on. */
  long reloads();

  /** Times that changed files could not be used, so that the old ones stayed in force. */
  long reloadsRefused();

  /** Questions that plugins did not answer in time, or failed at. */
  long pluginFailures();

  /** The server that says who clients are. */
  default AskVitals http() {
    return AskVitals.NONE;
  }

  /** PUBLISH packets and wills that rights refused. */
  long publishesDenied();

  /** Filters that rights refused. */
  long subscribesDenied();

  /** Tokens that were looked at, by what they came to: {@code accepted}, or why not. */
  default Map<String, LongSupplier> tokens() {
    return Map.of("accepted", () -> 0);
  }

  /** Issuers that are asked about tokens, all together. */
  default AskVitals introspection() {
    return AskVitals.NONE;
  }

  /** Lines of the audit log. */
  default long auditEvents() {
    return 0;
  }

  /** Events of which it has the number alone. */
  default long auditEventsSummed() {
    return 0;
  }

  /** Events that came to no line of it. */
  default long auditEventsLost() {
    return 0;
  }
}
