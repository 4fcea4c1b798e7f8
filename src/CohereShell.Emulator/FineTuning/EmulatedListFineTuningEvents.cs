namespace CohereShell.Emulation;

/// <summary>
/// Lists the events of a fine-tuned model, newest first: <see href="https://docs.cohere.com/reference/listevents"/>.
/// </summary>
internal sealed class EmulatedListFineTuningEvents(DatasetJobs<StoredFineTunedModel> models) : EmulatedOperation
{
    internal override EmulatorResponse Answer(EmulatorRequest request)
    {
        StoredFineTunedModel model = EmulatedGetFineTunedModel.Find(models, request);
        bool isDescending = string.IsNullOrEmpty(request.Query(PageToken.OrderBy)) || PageToken.Order(request, "created_at").IsDescending;
        StatusChange[] all = isDescending ? model.Events.Reverse().ToArray() : model.Events.ToArray();
        (IReadOnlyList<StatusChange> events, string? next) = PageToken.Page(request, "events/" + model.Id, all);
        return EmulatorResponse.Json(
            new SentHistoryPage(events.Select(change => change.ToSent()).ToArray(), next ?? string.Empty, all.Length), FineTuningJson.Default.SentHistoryPage);
    }
}
