package io.whimbrel.server.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change is told once it is over. */
class FileWatchTest {
  @TempDir Path directory;

  private final FileWatch watch = new FileWatch();
  private Path one;
  private Path other;
  private int told;

  @BeforeEach
  void watchTwo() throws Exception {
    one = Files.writeString(directory.resolve("one"), "1");
    other = Files.writeString(directory.resolve("other"), "1");
    watch.watch(List.of(new FileWatch.Watched(List.of(one, other), () -> told++)));
  }

  @Test
  void isToldWhenASecondLookFindsNothingNew() throws Exception {
    watch.run();
    watch.run();
    assertThat(told).isZero();

    Files.writeString(one, "22");
    watch.run();
    assertThat(told).as("it may go on changing").isZero();
    Files.writeString(other, "333");
    watch.run();
    assertThat(told).isZero();
    watch.run();
    watch.run();
    assertThat(told).isEqualTo(1);
  }

  @Test
  void seesAFileThatTookThePlaceOfAnother() throws Exception {
    Path next = Files.writeString(directory.resolve("next"), "2");
    Files.setLastModifiedTime(next, Files.getLastModifiedTime(one));
    Files.move(next, one, StandardCopyOption.REPLACE_EXISTING);
    watch.run();
    watch.run();

    assertThat(told).isEqualTo(1);
  }

  @Test
  void seesWhatComesGoesAndChangesInADirectory() throws Exception {
    Path watched = Files.createDirectory(directory.resolve("watched"));
    int[] times = {0};
    watch.watch(List.of(new FileWatch.Watched(List.of(watched), () -> times[0]++)));
    Path file = Files.writeString(watched.resolve("a"), "1");
    watch.run();
    watch.run();
    assertThat(times[0]).as("a file came").isEqualTo(1);

    Files.writeString(file, "22");
    watch.run();
    watch.run();
    assertThat(times[0]).as("it changed").isEqualTo(2);

    Files.delete(file);
    watch.run();
    watch.run();
    assertThat(times[0]).as("it went").isEqualTo(3);
  }

  @Test
  void seesALinkThatPointsElsewhere() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), one);
    int[] linkTold = {0};
    watch.watch(List.of(new FileWatch.Watched(List.of(link), () -> linkTold[0]++)));
    Path target = Files.writeString(directory.resolve("target"), "1");
    Files.delete(link);
    watch.run(); // between two states there may be none
    Files.createSymbolicLink(link, target);
    watch.run();
    watch.run();

    assertThat(linkTold[0]).isEqualTo(1);
  }

  @Test
  void whatIsToldMayLookAtOtherFilesFromThenOn() throws Exception {
    FileWatch.Watched others = new FileWatch.Watched(List.of(other), () -> told += 100);
    FileWatch.Watched first =
        new FileWatch.Watched(List.of(one), () -> watch.watch(List.of(others)));
    FileWatch.Watched letGo = new FileWatch.Watched(List.of(one), () -> told++);
    watch.watch(List.of(first, letGo));

    Files.writeString(one, "22");
    watch.run();
    watch.run();
    Files.writeString(other, "22");
    watch.run();
    watch.run();

    assertThat(told).isEqualTo(100);
  }
}
