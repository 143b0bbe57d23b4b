package sirocco.engine;

import java.util.ArrayList;
import java.util.List;
import sirocco.checkpoint.ModelConfig;
import sirocco.model.CachePages;
import sirocco.model.KvCache;
import sirocco.tensor.KeyValues;

/// The memory for keys and values of a [Scheduler]'s sessions, and what of it is kept for later
/// ones. Used by the scheduler's thread, but for [#forgetLater].
final class SessionPages implements AutoCloseable {
  private final Engine engine;
  private final CachePages pages;
  private final PrefixTree prefixes;
  private final int context;
  private final List<Conversation> forgotten = new ArrayList<>(); // guarded by itself

  /// @param bytes the most; 0 for what one session takes, and the usual amount at least
  /// @throws sirocco.model.ModelException if the memory is too little for anything
  SessionPages(Engine engine, long bytes) {
    this.engine = engine;
    ModelConfig config = engine.model().config();
    KvCache.Precision precision = engine.options().cache();
    long whole = KvCache.bytes(config, engine.context(), precision);
    long most = bytes > 0 ? bytes : Math.max(SchedulerOptions.DEFAULT.cacheBytes(), whole);
    this.pages = CachePages.within(config, precision, most);
    this.prefixes = new PrefixTree(pages);
    boolean allFits = KvCache.pages(config, engine.context()) <= pages.total();
    this.context = allFits ? engine.context() : pages.total() * KeyValues.BLOCK;
  }

  /// The most tokens of a session: the engine's, or what there is memory for.
  int context() {
    return context;
  }

  /// Begins a task if there are pages for it beside all that the others may still need.
  boolean tryToBegin(ScheduledTask task, List<ScheduledTask> others) {
    forget();
    PrefixTree.Found known =
        prefixes.find(task.adapter(), task.conversation(), task.prompt(), task.unseen());
    List<CachePages.Page> found = known.pages();
    long lacking = others.stream().mapToLong(t -> t.lackingPages(engine, context)).sum();
    if (prefixes.room(found) - lacking < task.pages(engine, context) - found.size()) {
      return false;
    }
    Session session = engine.newSession(context, pages);
    session.adopt(engine.adapter(task.adapter()), found, task.prompt());
    task.start(session, known.apart());
    return true;
  }

  /// Makes room for so many pages, as far as there are any that nobody needs.
  void makeRoom(int wanted) {
    prefixes.makeRoom(wanted);
  }

  /// Keeps the prompts that have been read.
  void keepPrompts(List<ScheduledTask> running) {
    running.forEach(task -> task.keepPrompt(prefixes));
  }

  /// Keeps what belongs to a conversation.
  void keepTurns(List<ScheduledTask> done) {
    done.forEach(task -> task.keepTurn(prefixes));
  }

  /// Lets go of what a conversation kept, before anything else begins. Any thread may call this.
  void forgetLater(Conversation conversation) {
    synchronized (forgotten) {
      forgotten.add(conversation);
    }
  }

  private void forget() {
    synchronized (forgotten) {
      forgotten.forEach(prefixes::forget);
      forgotten.clear();
    }
  }

  SchedulerStatus.Pages status() {
    int used = pages.total() - pages.available();
    return new SchedulerStatus.Pages(pages.total(), used, prefixes.unused());
  }

  /// Gives the memory back.
  @Override
  public void close() {
    pages.close();
  }
}
