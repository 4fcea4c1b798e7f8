using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>The results of completed batches and embed jobs for C# users.</summary>
public sealed class JobResultsTests : IDisposable
{
    private readonly CohereSession _session = TestSession.Open(new CohereSessionOptions
    {
        ApiKey = "emulator",
        BaseUri = new Uri("http://localhost"),
        Handler = new CohereEmulatorHandler(new CohereEmulatorOptions { JobDurationMs = 0, ValidationDurationMs = 0 }),
    });

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"rows-{Guid.NewGuid():N}.jsonl");

    private CohereClient Client => new(_session);

    public void Dispose()
    {
        _session.Dispose();
        File.Delete(_file);
    }

    [Fact]
    public async Task The_results_of_a_batch_have_their_requests()
    {
        Batch batch = await RunBatchAsync();

        List<BatchResult> results = await Client.Batches.ReadResultsAsync(batch).ToListAsync();

        Assert.Equal([0L, 1L, 2L], results.Select(result => result.Index).Order());
        Assert.All(results, result =>
        {
            Assert.Equal((batch.BatchId, $"id-{result.Index}", $"Question {result.Index}"), (result.BatchId, result.CustomId, result.Message));
            Assert.Null(result.Error);
            Assert.NotEmpty(result.Text!);
            JsonElement request = Assert.IsType<JsonElement>(result.InputObject);
            Assert.Equal(result.Message, request.GetProperty("messages")[0].GetProperty("content").GetString());
        });
    }

    [Fact]
    public async Task Results_are_returned_without_deleted_requests()
    {
        Batch batch = await RunBatchAsync();
        await Client.Datasets.DeleteAsync(batch.InputDatasetId);

        List<BatchResult> results = await Client.Batches.ReadResultsAsync(batch).ToListAsync();

        Assert.Equal(["id-0", "id-1", "id-2"], results.Select(result => result.CustomId).Order(StringComparer.Ordinal));
        Assert.All(results, result => Assert.Null(result.InputObject));
        Assert.All(results, result => Assert.NotEmpty(result.Text!));
    }

    [Fact]
    public async Task The_embeddings_of_a_job_are_in_the_order_of_the_rows_and_have_the_kept_fields()
    {
        EmbedJob job = await RunEmbedJobAsync(["queue"]);

        List<Embedding> embeddings = await Client.EmbedJobs.ReadResultsAsync(job).ToListAsync();

        Assert.Equal(["0 Text 0 network", "1 Text 1 network"], embeddings.Select(embedding =>
            $"{embedding.Index} {embedding.Text} {Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(embedding.InputObject)["queue"]}"));
        Assert.All(embeddings, embedding => Assert.Equal((job.Model, 1024), (embedding.Model, embedding.Vector!.Length)));
    }

    [Fact]
    public async Task Embeddings_of_a_dataset_without_kept_fields_have_no_input_object()
    {
        EmbedJob job = await RunEmbedJobAsync([]);

        Assert.All(await Client.EmbedJobs.ReadResultsAsync(job).ToListAsync(), embedding => Assert.Null(embedding.InputObject));
    }

    [Fact]
    public void A_job_without_results_is_refused_before_anything_is_sent()
    {
        InvalidOperationException ofBatch = Assert.Throws<InvalidOperationException>(() => Client.Batches.ReadResultsAsync(new Batch { BatchId = "b1", Status = BatchStatus.InProgress }));
        InvalidOperationException ofJob = Assert.Throws<InvalidOperationException>(() => Client.EmbedJobs.ReadResultsAsync(new EmbedJob { JobId = "j1", Status = EmbedJobStatus.Failed }));

        Assert.Equal("The batch 'b1' doesn't have results: its status is InProgress.", ofBatch.Message);
        Assert.Equal("The embed job 'j1' doesn't have embeddings: its status is Failed.", ofJob.Message);
        Assert.Empty(_session.GetUsage());
    }

    [Fact]
    public async Task A_deleted_result_dataset_is_an_error_while_reading()
    {
        Batch batch = await RunBatchAsync();
        await Client.Datasets.DeleteAsync(batch.OutputDatasetId!);

        CohereException failure = await Assert.ThrowsAsync<CohereException>(() => Client.Batches.ReadResultsAsync(batch).ToListAsync());

        Assert.Equal(ErrorReason.NotFound, failure.Reason);
    }

    [Fact]
    public async Task Cancellation_ends_the_reading()
    {
        EmbedJob job = await RunEmbedJobAsync([]);
        using var ending = new CancellationTokenSource();
        await ending.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.EmbedJobs.ReadResultsAsync(job, cancellationToken: ending.Token).ToListAsync());
    }

    private async Task<Batch> RunBatchAsync()
    {
        string dataset = await UploadAsync(DatasetTypes.BatchChat, [], Enumerable.Range(0, 3).Select(number =>
            $$$"""{"custom_id":"id-{{{number}}}","body":{"messages":[{"role":"user","content":"Question {{{number}}}"}]}}"""));
        Batch batch = await Client.Batches.CreateAsync(new BatchRequest { Name = "b", DatasetId = dataset, Model = DefaultModels.Chat });
        return await UntilAsync(() => Client.Batches.GetAsync(batch.BatchId), found => found.Status == BatchStatus.Completed);
    }

    private async Task<EmbedJob> RunEmbedJobAsync(string[] keepFields)
    {
        string dataset = await UploadAsync(DatasetTypes.EmbedInput, keepFields, Enumerable.Range(0, 2).Select(number => $$"""{"text":"Text {{number}}","queue":"network"}"""));
        EmbedJob job = await Client.EmbedJobs.CreateAsync(new EmbedJobRequest { DatasetId = dataset });
        return await UntilAsync(() => Client.EmbedJobs.GetAsync(job.JobId), found => found.Status == EmbedJobStatus.Complete);
    }

    private async Task<string> UploadAsync(string type, string[] keepFields, IEnumerable<string> rows)
    {
        await File.WriteAllLinesAsync(_file, rows);
        string id = await Client.Datasets.CreateAsync(new DatasetRequest { Name = "rows", Type = type, Path = _file, KeepFields = keepFields });
        await UntilAsync(() => Client.Datasets.GetAsync(id), dataset => dataset.ValidationStatus == DatasetValidationStatus.Validated);
        return id;
    }

    private static async Task<T> UntilAsync<T>(Func<Task<T>> get, Predicate<T> isDone)
    {
        T item = await get();
        var waited = Stopwatch.StartNew();
        while (!isDone(item))
        {
            Assert.True(waited.Elapsed < Hang.Limit, "The emulator didn't end the job.");
            await Task.Delay(20);
            item = await get();
        }

        return item;
    }
}
