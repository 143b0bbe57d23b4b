package sirocco.train.ranks;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.FileStore;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.ReduceOp;
import org.bytedeco.pytorch.ReduceOp.RedOpType;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;
import sirocco.train.run.Ranks;
import sirocco.train.torch.Torch;

/// One process of a [Job]. The sums are Gloo's, over the loopback interface alone: its ring adds in
/// an order that depends on the sizes only, so that a job gives the same bits whenever it is run.
///
/// Before each sum the processes compare what they are about to add. One that is at another place
/// of the program is an error, not a wait without end or a sum of unlike things.
public final class GlooRanks implements Ranks, AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";

  /// Numbers that are copied together and sent at a time: 64 MiB of float32.
  private static final long BUCKET = 16 << 20;

  /// Stands for the count of tensors where plain numbers are added.
  private static final int NUMBERS = -1;

  private final JobFolder folder;
  private final int rank;
  private final Duration patience;
  private final FileStore store;
  private final ProcessGroupGloo group;
  private long collectives;

  private GlooRanks(
      JobFolder folder, int rank, Duration patience, FileStore store, ProcessGroupGloo group) {
    this.folder = folder;
    this.rank = rank;
    this.patience = patience;
    this.store = store;
    this.group = group;
  }

  /// Joins a job and waits for its other processes.
  ///
  /// @param job the folder that [Job] names to the processes which it starts
  /// @param patience the longest wait for another process, now and in every sum
  /// @throws RanksException if it is over, or libtorch has no Gloo here
  public static GlooRanks join(Path job, int rank, Duration patience) {
    return join(JobFolder.open(job), rank, patience);
  }

  static GlooRanks join(JobFolder folder, int rank, Duration patience) {
    if (rank < 0 || rank >= folder.size()) {
      throw new RanksException(
          "rank " + rank + " is not one of the job's " + folder.size() + " processes");
    }
    try (var _ = new PointerScope()) {
      var milliseconds = new Milliseconds(patience.toMillis());
      var store = new FileStore(folder.store().toString(), folder.size());
      store.setTimeout(milliseconds);
      var options = ProcessGroupGloo.Options.create(milliseconds);
      options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(LOOPBACK)));
      options.threads(1);
      var group = new ProcessGroupGloo(store, rank, folder.size(), options);
      store.retainReference();
      group.retainReference();
      return new GlooRanks(folder, rank, patience, store, group);
    } catch (LinkageError e) {
      throw new RanksException(
          "this platform's libtorch cannot join several processes (no Gloo): " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new RanksException(
          "rank " + rank + ": the other processes were not found: " + firstLine(e), e);
    }
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int size() {
    return folder.size();
  }

  @Override
  public void sum(List<Tensor> tensors) {
    agree(tensors.size(), tensors.stream().mapToLong(Tensor::numel).sum());
    List<Tensor> bucket = new ArrayList<>();
    long held = 0;
    for (Tensor tensor : tensors) {
      if (held > 0 && held + tensor.numel() > BUCKET) {
        sumBucket(bucket);
        bucket.clear();
        held = 0;
      }
      bucket.add(tensor);
      held += tensor.numel();
    }
    sumBucket(bucket);
  }

  @Override
  public void sum(double[] numbers) {
    agree(NUMBERS, numbers.length);
    reduce(numbers, RedOpType.SUM);
  }

  @Override
  public void done(int step) {
    folder.step(rank, step);
  }

  private void sumBucket(List<Tensor> bucket) {
    if (bucket.isEmpty()) {
      return;
    }
    try (var _ = new PointerScope();
        var _ = new NoGradGuard()) {
      Tensor flat =
          Torch.cat(0, bucket.stream().map(t -> t.detach().reshape(-1)).toArray(Tensor[]::new));
      reduce(flat, RedOpType.SUM);
      TensorVector parts =
          flat.split_with_sizes(bucket.stream().mapToLong(Tensor::numel).toArray());
      for (int i = 0; i < bucket.size(); i++) {
        bucket.get(i).copy_(parts.get(i).view_as(bucket.get(i)));
      }
    }
  }

  /// Compares the place in the program: the largest of each number and of its negative.
  private void agree(int tensors, long elements) {
    collectives++;
    folder.collective(rank, collectives);
    double[] here = {collectives, tensors, elements};
    double[] most = new double[2 * here.length];
    for (int i = 0; i < here.length; i++) {
      most[2 * i] = here[i];
      most[2 * i + 1] = -here[i];
    }
    reduce(most, RedOpType.MAX);
    for (int i = 0; i < here.length; i++) {
      if (most[2 * i] != -most[2 * i + 1]) {
        throw new RanksException(
            "rank %d is about to sum %d numbers of %s as its collective %d, another process something else; they run different programs or recipes"
                .formatted(
                    rank,
                    elements,
                    tensors == NUMBERS ? "a row" : tensors + " tensors",
                    collectives));
      }
    }
  }

  private void reduce(double[] numbers, RedOpType operation) {
    try (var _ = new PointerScope()) {
      Tensor tensor = Torch.empty(ScalarType.Double, numbers.length);
      MemorySegment data = Torch.memory(tensor);
      MemorySegment.copy(numbers, 0, data, ValueLayout.JAVA_DOUBLE, 0, numbers.length);
      reduce(tensor, operation);
      MemorySegment.copy(data, ValueLayout.JAVA_DOUBLE, 0, numbers, 0, numbers.length);
    }
  }

  private void reduce(Tensor tensor, RedOpType operation) {
    try (var options = new AllreduceOptions()) {
      options.reduceOp(new ReduceOp(operation));
      group.allreduce(new TensorVector(tensor), options)._wait();
    } catch (RuntimeException e) {
      throw new RanksException(lost(e), e);
    }
  }

  private String lost(RuntimeException error) {
    List<Integer> behind = folder.behind();
    String who =
        behind.isEmpty() || behind.contains(rank)
            ? "another process"
            : behind.stream().map(r -> "rank " + r).collect(Collectors.joining(" and "));
    return "rank %d lost %s at collective %d, after at most %d s: %s"
        .formatted(rank, who, collectives, patience.toSeconds(), firstLine(error));
  }

  /// Gloo puts the place in its own source before the reason.
  private static String firstLine(RuntimeException error) {
    String line = String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    return line.startsWith("[/") ? line.substring(line.indexOf(']') + 1).strip() : line;
  }

  @Override
  public void close() {
    group.close();
    store.close();
  }
}
