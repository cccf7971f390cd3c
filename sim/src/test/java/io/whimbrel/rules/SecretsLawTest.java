package io.whimbrel.rules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** How secrets are compared: in a time that does not tell where two of them differ. */
@AnalyzeClasses(locations = MainClasses.class)
final class SecretsLawTest {
  private static final String AUTH = "io.whimbrel.server.auth..";
  private static final String SCRAM = "io.whimbrel.server.scram..";
  private static final String HASH = "io.whimbrel.server.auth.PasswordHash";
  private static final List<String> STOPPING_EARLY =
      List.of("equals", "deepEquals", "compare", "compareUnsigned", "mismatch", "compareTo");

  @ArchTest
  static final ArchRule whereUsersAreKnownNoWholeArraysAreComparedInAHurry =
      noClasses()
          .that()
          .resideInAnyPackage(AUTH, SCRAM)
          .should()
          .callMethodWhere(compareBytesInAHurry())
          .because("they may be hashes: MessageDigest.isEqual looks at all of them");

  @ArchTest
  static final ArchRule everyHashIsComparedByMessageDigest =
      methods()
          .that()
          .areDeclaredInClassesThat()
          .areAssignableTo(HASH)
          .and()
          .haveName("isOf")
          .and()
          .areDeclaredInClassesThat()
          .areNotInterfaces()
          .should(callIsEqualAlone())
          .because("how long it takes to refuse a password may not tell how near it was");

  @ArchTest
  static final ArchRule nobodyElseSeesAHash =
      noClasses()
          .that()
          .areNotAssignableTo(HASH)
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "they ask for a hash",
                  call ->
                      call.getTargetOwner().isAssignableTo(HASH) && call.getName().equals("hash")))
          .because("who has none compares none");

  private static DescribedPredicate<JavaCall<?>> compareBytesInAHurry() {
    return DescribedPredicate.describe(
        "they compare whole arrays",
        call ->
            STOPPING_EARLY.contains(call.getName())
                && (call.getTargetOwner().isEquivalentTo(ByteBuffer.class)
                    || call.getTargetOwner().isEquivalentTo(Objects.class)
                    || (call.getTargetOwner().isEquivalentTo(Arrays.class)
                        && call.getTarget().getRawParameterTypes().size() == 2)));
  }

  private static ArchCondition<JavaMethod> callIsEqualAlone() {
    return new ArchCondition<>("compare by MessageDigest.isEqual alone") {
      @Override
      public void check(JavaMethod method, ConditionEvents events) {
        boolean right =
            method.getMethodCallsFromSelf().stream()
                .anyMatch(
                    call ->
                        call.getTargetOwner().isEquivalentTo(MessageDigest.class)
                            && call.getName().equals("isEqual"));
        boolean hurried =
            method.getMethodCallsFromSelf().stream()
                .anyMatch(call -> STOPPING_EARLY.contains(call.getName()));
        if (!right || hurried) {
          events.add(SimpleConditionEvent.violated(method, method.getFullName()));
        }
      }
    };
  }
}
