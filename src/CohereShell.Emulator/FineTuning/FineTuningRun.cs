using System;
using System.Threading;
using System.Threading.Tasks;

namespace CohereShell.Emulation;

/// <summary>The training of a model. Nothing is learned: what a client sees of it is its states and its metrics.</summary>
internal static class FineTuningRun
{
    private const double QueuedShare = 0.2;

    internal static void Start(EmulatorStore store, string id) => store.Run(id, cancellationToken => RunAsync(store, id, cancellationToken));

    private static async Task RunAsync(EmulatorStore store, string id, CancellationToken cancellationToken)
    {
        var clock = new JobClock(store.JobDuration);
        await clock.UntilAsync(QueuedShare, cancellationToken).ConfigureAwait(false);
        TimeSpan time = TimeSpan.FromTicks((long)(store.JobDuration.Ticks * (1 - QueuedShare)));
        StoredFineTunedModel? model = store.FineTunedModels.Update(id, model => model.In(StoredFineTunedModel.FineTuning) with { TrainingTime = time });
        if (model is not null && JobRun.IsToFail(model.Name))
        {
            // In the middle, so that there is something to see of what was done until then.
            await clock.UntilAsync(QueuedShare + ((1 - QueuedShare) / 2), cancellationToken).ConfigureAwait(false);
            store.FineTunedModels.Update(id, model => model.In(StoredFineTunedModel.Failed));
            return;
        }

        await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
        store.FineTunedModels.Update(id, model => model.In(StoredFineTunedModel.Ready));
    }
}
