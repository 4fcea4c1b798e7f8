namespace CohereShell.Emulation;

/// <summary>Runs the training of a model. Nothing is learned: it only produces states and metrics for clients.</summary>
internal static class FineTuningRun
{
    /// <summary>The share of the training after which it fails, if its name asks for it. So clients see some of the steps.</summary>
    internal const double FailureShare = 0.5;

    private const double QueuedShare = 0.2;

    internal static void Start(DatasetJobs<StoredFineTunedModel> models, string id) => models.Run(id, cancellationToken => RunAsync(models, id, cancellationToken));

    private static async Task RunAsync(DatasetJobs<StoredFineTunedModel> models, string id, CancellationToken cancellationToken)
    {
        JobClock clock = models.StartClock();
        await clock.UntilAsync(QueuedShare, cancellationToken).ConfigureAwait(false);
        TimeSpan time = TimeSpan.FromTicks((long)(models.Duration.Ticks * (1 - QueuedShare)));
        StoredFineTunedModel? model = models.Items.Update(id, model => model.In(StoredFineTunedModel.FineTuning) with { TrainingTime = time });
        if (model is { IsToFail: true })
        {
            await clock.UntilAsync(QueuedShare + ((1 - QueuedShare) * FailureShare), cancellationToken).ConfigureAwait(false);
            models.Items.Update(id, model => model.In(StoredFineTunedModel.Failed));
            return;
        }

        await clock.UntilAsync(1, cancellationToken).ConfigureAwait(false);
        models.Items.Update(id, model => model.In(StoredFineTunedModel.Ready));
    }
}
