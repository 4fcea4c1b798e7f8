namespace CohereShell.Emulation;

/// <summary>The metrics of a training step. They improve with each step, and are the same for each request.</summary>
internal readonly record struct TrainingStep(long Number, DateTime CreatedAt, double Accuracy, double CrossEntropy)
{
    private const int MaxSteps = 200;
    private const int Decimals = 6;

    /// <summary>The completed steps of a model. Of a long training, only some of them and the last one.</summary>
    internal static IReadOnlyList<TrainingStep> Of(StoredFineTunedModel model)
    {
        var steps = new List<TrainingStep>();
        if (model.TrainingStartedAt is not { } start)
        {
            return steps;
        }

        long count = model.Settings.Steps;
        long stride = (count + MaxSteps - 1) / MaxSteps;
        DateTime end = model.Status switch
        {
            StoredFineTunedModel.Ready => DateTime.MaxValue,
            // Not the time of the event: on a busy computer, it's later than the last step.
            StoredFineTunedModel.Failed => start.AddTicks((long)(model.TrainingTime.Ticks * FineTuningRun.FailureShare)),
            _ => DateTime.UtcNow,
        };
        for (long number = Math.Min(stride, count); number > 0; number = number < count ? Math.Min(number + stride, count) : 0)
        {
            double share = (double)number / count;
            DateTime time = start.AddTicks((long)(model.TrainingTime.Ticks * share));
            if (time > end)
            {
                break;
            }

            double rest = Math.Exp(-3 * share);
            double noise = (double)(StableHash.Of(StableHash.Of(model.Id), (ulong)number) >> 11) / (1UL << 53);
            steps.Add(new TrainingStep(
                number,
                time,
                Math.Round(0.95 - (0.45 * rest) + (0.04 * noise), Decimals),
                Math.Round(0.1 + (1.6 * rest) + (0.05 * noise), Decimals)));
        }

        return steps;
    }

    internal SentStep ToSent() => new(StoredItem.Text(CreatedAt), Number, new SentStepMetrics(Accuracy, CrossEntropy));
}
