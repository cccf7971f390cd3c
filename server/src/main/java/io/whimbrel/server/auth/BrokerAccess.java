package io.whimbrel.server.auth;

import io.whimbrel.codec.Connect;
import io.whimbrel.codec.PropertyId;
import io.whimbrel.codec.Qos;
import io.whimbrel.codec.ReasonCode;
import io.whimbrel.codec.TopicFilter;
import io.whimbrel.codec.TopicName;
import io.whimbrel.core.port.Access;
import io.whimbrel.core.port.Identity;
import io.whimbrel.core.port.Origin;
import io.whimbrel.server.config.ServerConfig;
import io.whimbrel.server.config.ServerConfig.CertificateUser;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: whoever shows a certificate whose name counts, whoever knows a password, or
 * anybody where that is allowed. And what they may do: all that the rights grant, or everything
 * where there are none; the broker's own topics are written by nobody. Files are read again without
 * anybody noticing but those who come then. Callable from every thread.
 */
public final class BrokerAccess implements Access {
  private static final byte[] SYS = "$SYS/".getBytes(StandardCharsets.US_ASCII);

  private static final long WAIT_NANOS_MAX = 5_000_000_000L;

  private final ServerConfig.Auth auth;
  private final CertificateUser userFrom;
  private final PasswordChecks checks;
  private final Denials denials;
  private volatile @Nullable PasswordFile passwords;
  private volatile @Nullable AclFile rights;

  private BrokerAccess(
      ServerConfig.Auth auth, CertificateUser userFrom, PasswordChecks checks, Denials denials) {
    this.auth = auth;
    this.userFrom = userFrom;
    this.checks = checks;
    this.denials = denials;
  }

  /** Reads the files. */
  public static BrokerAccess of(
      ServerConfig.Auth auth, CertificateUser userFrom, PasswordChecks checks, Denials denials)
      throws AuthFileException {
    BrokerAccess access = new BrokerAccess(auth, userFrom, checks, denials);
    access.readPasswords();
    access.readRights();
    return access;
  }

  /** Everybody may come in and do everything but write the broker's own topics. */
  public static BrokerAccess everybody() {
    return new BrokerAccess(
        new ServerConfig.Auth(true, Optional.empty(), Optional.empty()),
        CertificateUser.NONE,
        new PasswordChecks(),
        new Denials((clientId, user, what, why) -> {}));
  }

  /** Reads users and passwords again; what was there stays where the file cannot be used. */
  public void readPasswords() throws AuthFileException {
    if (auth.passwordFile().isPresent()) {
      passwords = PasswordFile.read(auth.passwordFile().get());
    }
  }

  /** Reads rights again; what was there stays where the file cannot be used. */
  public void readRights() throws AuthFileException {
    if (auth.aclFile().isPresent()) {
      rights = AclFile.read(auth.aclFile().get());
      denials.forget();
    }
  }

  @Override
  public void authenticate(Connect connect, Origin origin, Answer answer) {
    X509Certificate certificate = origin.certificate();
    PasswordFile known = passwords;
    String user = connect.userName();
    if (connect.properties().has(PropertyId.AUTHENTICATION_METHOD)) { // [MQTT-4.12.0-1]
      answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
    } else if (certificate != null && userFrom != CertificateUser.NONE) {
      Optional<String> named = CertificateNames.user(certificate, userFrom);
      named.ifPresentOrElse(
          name -> answer.accept(name, null), () -> answer.refuse(ReasonCode.NOT_AUTHORIZED));
    } else if (known != null && user != null) {
      check(known, user, connect, answer);
    } else if (auth.allowAnonymous()) {
      // Only where no name counts for anything is one what it says.
      answer.accept(user == null || rights != null || asksWho() ? "" : user, null);
    } else {
      answer.refuse(ReasonCode.NOT_AUTHORIZED);
    }
  }

  private void check(PasswordFile known, String user, Connect connect, Answer answer) {
    long came = System.nanoTime();
    ReasonCode busy =
        connect.version().isFive() ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE;
    try {
      checks.execute(
          () -> {
            if (System.nanoTime() - came > WAIT_NANOS_MAX) {
              answer.refuse(busy); // it is about to give up, and others could still be in time
            } else if (known.isRight(user, connect.password())) {
              answer.accept(user, null);
            } else {
              answer.refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
          });
    } catch (RejectedExecutionException full) {
      answer.refuse(busy);
    }
  }

  @Override
  public void continueAuthentication(
      Connect connect,
      Origin origin,
      byte @Nullable [] data,
      @Nullable Object state,
      Answer answer) {
    answer.refuse(ReasonCode.BAD_AUTHENTICATION_METHOD);
  }

  @Override
  public ReasonCode mayPublish(Identity who, TopicName topic, Qos qos, boolean retain) {
    if (isSys(topic.utf8())) {
      return ReasonCode.NOT_AUTHORIZED;
    }
    return verdict(who, AclRule.Right.WRITE, topic.utf8());
  }

  @Override
  public ReasonCode maySubscribe(Identity who, TopicFilter filter, Qos qos) {
    return verdict(who, AclRule.Right.READ, filter.inner()); // whatever share it is for
  }

  /**
   * Where nobody is asked who they are, a user's name keeps nobody out; and what nobody owned, such
   * as a session from before users had passwords, is whose comes first.
   */
  @Override
  public boolean mayResume(String owner, Identity who) {
    return !asksWho() || owner.isEmpty() || owner.equals(who.user());
  }

  private boolean asksWho() {
    return auth.passwordFile().isPresent() || userFrom != CertificateUser.NONE;
  }

  private static boolean isSys(byte[] topic) {
    return topic.length >= SYS.length && Arrays.equals(topic, 0, SYS.length, SYS, 0, SYS.length);
  }

  private ReasonCode verdict(Identity who, AclRule.Right right, byte[] topic) {
    AclFile now = rights;
    if (now == null) {
      return ReasonCode.SUCCESS;
    }
    Optional<AclRule> rule =
        now.deciding(who.user(), who.clientId(), right, AclFilter.levels(topic));
    if (rule.isPresent() && !rule.get().denies()) {
      return ReasonCode.SUCCESS;
    }
    denials.note(who, right, topic, rule);
    return ReasonCode.NOT_AUTHORIZED;
  }
}
