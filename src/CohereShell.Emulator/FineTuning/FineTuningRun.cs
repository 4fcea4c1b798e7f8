namespace CohereShell.Emulation;

/// <summary>Runs the training of a model. Nothing is learned: it only produces states and metrics for clients.</summary>
internal static class FineTuningRun
{
    private const double QueuedShare = 0.2;

    internal static void Start(DatasetJobs<StoredFineTunedModel> models, string id) => models.Run(id, cancellationToken => RunAsync(models, id, cancellationToken));

    private static async Task RunAsync(DatasetJobs<StoredFineTunedModel> models, string id, CancellationToken cancellationToken)
    {
        var clock = new JobClock(models.Duration);
        await clock.UntilAsync(QueuedShare, cancellationToken).ConfigureAwait(false);
        TimeSpan time = TimeSpan.FromTicks((long)(models.Duration.Ticks * (1 - QueuedShare)));
        StoredFineTunedModel? model = models.Items.Update(id, model => model.In(StoredFineTunedModel.FineTuning) with { TrainingTime = time });
        if (model is { IsToFail: true })
        {
            // Saves a state in the middle, so that clients see some of the steps.
            await clock.UntilAsync(QueuedShare + ((1 - QueuedShare) / 2), cancellationToken).ConfigureAwait(false);
            models.Items.Update(id, model => model.In(StoredFineTunedModel.Failed));
            return;
        }

        await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
        models.Items.Update(id, model => model.In(StoredFineTunedModel.Ready));
    }
}
