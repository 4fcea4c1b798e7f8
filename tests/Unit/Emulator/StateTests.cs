using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>The data that the next emulator restores from a folder.</summary>
public sealed class StateTests : IDisposable
{
    private const string Label = """{"text":"a cat","label":"animal"}""";
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "emulator-state-" + Guid.NewGuid().ToString("N"));

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task Datasets_jobs_batches_and_models_are_restored_with_their_rows()
    {
        string[] paths;
        string[] before;
        string output;
        using (HttpClient client = Client(jobDurationMs: 0))
        {
            JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
            string job = await CreateAsync(client, "/v1/embed-jobs", EmbedJob(dataset.Id()), json => json.Text("job_id"));
            string batch = await BatchAsync(client);
            string model = await ModelAsync(client);
            paths = ["/v1/embed-jobs/" + job, "/v2/batches/" + batch, "/v1/finetuning/finetuned-models/" + model];
            output = (await StoreSamples.WaitAsync(client, paths[0], json => json.Text("status") == "complete")).Text("output_dataset_id");
            await StoreSamples.WaitAsync(client, paths[1], json => json.GetProperty("batch").Text("status") == "BATCH_STATUS_COMPLETED");
            await StoreSamples.WaitAsync(client, paths[2], json => json.GetProperty("finetuned_model").Text("status") == "STATUS_READY");
            before = await BodiesAsync(client, [.. paths, paths[2] + "/events", paths[2] + "/training-step-metrics"]);
        }

        using HttpClient again = Client(jobDurationMs: 0);
        Assert.Equal(before, await BodiesAsync(again, [.. paths, paths[2] + "/events", paths[2] + "/training-step-metrics"]));
        Assert.Equal(["a cat", "a dog"], (await StoreSamples.RowsAsync(again, output)).Select(row => row["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Unfinished_work_continues()
    {
        string[] paths;
        using (HttpClient client = Client(jobDurationMs: 60_000))
        {
            JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
            string job = await CreateAsync(client, "/v1/embed-jobs", EmbedJob(dataset.Id()), json => json.Text("job_id"));
            paths = ["/v1/embed-jobs/" + job, "/v2/batches/" + await BatchAsync(client), "/v1/finetuning/finetuned-models/" + await ModelAsync(client)];
        }

        using HttpClient again = Client(jobDurationMs: 0);
        JsonElement done = await StoreSamples.WaitAsync(again, paths[0], json => json.Text("status") == "complete");
        await StoreSamples.WaitAsync(again, paths[1], json => json.GetProperty("batch").Text("status") == "BATCH_STATUS_COMPLETED");
        await StoreSamples.WaitAsync(again, paths[2], json => json.GetProperty("finetuned_model").Text("status") == "STATUS_READY");
        Assert.Equal(2, (await StoreSamples.RowsAsync(again, done.Text("output_dataset_id"))).Count);
    }

    [Fact]
    public async Task An_unfinished_cancellation_continues_too()
    {
        string path;
        using (HttpClient client = Client(jobDurationMs: 60_000))
        {
            path = "/v2/batches/" + await BatchAsync(client);
            using EmulatedAnswer cancel = await EmulatedAnswer.ToAsync(client, "POST", path + ":cancel");
            Assert.Equal(200, cancel.Status);
        }

        using HttpClient again = Client(jobDurationMs: 0);
        await StoreSamples.WaitAsync(again, path, json => json.GetProperty("batch").Text("status") == "BATCH_STATUS_CANCELED");
    }

    [Fact]
    public async Task The_id_of_a_deleted_dataset_is_not_reused()
    {
        string first;
        using (HttpClient client = Client(jobDurationMs: 0))
        {
            first = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Id();
            using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", "/v1/datasets/" + first);
        }

        using HttpClient again = Client(jobDurationMs: 0);
        Assert.NotEqual(first, (await StoreSamples.DatasetAsync(again, StoreSamples.TwoTexts)).Id());
    }

    [Fact]
    public async Task Files_without_a_dataset_are_deleted_and_the_others_remain()
    {
        using (HttpClient client = Client(jobDurationMs: 0))
        {
            await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        }

        string[] kept = Directory.GetFiles(Path.Combine(_folder, "files"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "files", "left.upload"), "half a file");
        using (Client(jobDurationMs: 0))
        {
            Assert.Equal(kept.Order(), Directory.GetFiles(Path.Combine(_folder, "files")).Order());
        }
    }

    [Fact]
    public async Task Stopping_the_emulator_during_a_validation_keeps_the_upload()
    {
        string files = Path.Combine(_folder, "files");
        string[] uploaded;
        // The last part of the validation doesn't end.
        var clock = new ManualClock();
        using (HttpClient client = StoreSamples.Client(new CohereEmulatorOptions { ValidationDurationMs = 4000, StatePath = _folder, Clock = clock }))
        {
            using EmulatedAnswer created = await StoreSamples.UploadAsync(client, StoreSamples.TwoTexts);
            uploaded = Directory.GetFiles(files);
            await clock.DelayedAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
            // The parts are written, but don't belong to a dataset yet.
            await StoreSamples.WaitAsync(client, "/v1/datasets/" + created.Json.Id(), _ => Directory.GetFiles(files).Length > uploaded.Length);
        }

        Assert.Single(uploaded);
        Assert.Equal(uploaded, Directory.GetFiles(files));
    }

    [Fact]
    public async Task A_dataset_can_be_deleted_even_if_one_of_its_files_cannot()
    {
        using HttpClient client = Client(jobDurationMs: 0);
        JsonElement dataset = await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);
        string file = Directory.GetFiles(Path.Combine(_folder, "files"))[0];
        // Deleting a folder as a file fails, as does deleting a file without permission.
        File.Delete(file);
        Directory.CreateDirectory(file);

        using EmulatedAnswer deleted = await EmulatedAnswer.ToAsync(client, "DELETE", "/v1/datasets/" + dataset.Id());

        Assert.Equal(200, deleted.Status);
        using EmulatedAnswer again = await EmulatedAnswer.ToAsync(client, "GET", "/v1/datasets/" + dataset.Id());
        Assert.Equal(404, again.Status);
    }

    [Fact]
    public async Task The_file_of_an_item_is_complete_at_any_time_while_the_item_changes()
    {
        using HttpClient client = Client(jobDurationMs: 60_000);
        string model = await ModelAsync(client);
        string file = Directory.GetFiles(Path.Combine(_folder, "fine-tuned-models"), "*.json").Single();
        bool isDone = false;
        int looks = 0;
        Task<int> missed = Task.Run(() =>
        {
            int missing = 0;
            while (!Volatile.Read(ref isDone))
            {
                looks++;
                missing += File.Exists(file) ? 0 : 1;
            }

            return missing;
        });
        try
        {
            for (int index = 0; index < 300; index++)
            {
                using var body = new StringContent($$$"""{"name":"model{{{index}}}"}""", Encoding.UTF8, "application/json");
                using var request = new HttpRequestMessage(new HttpMethod("PATCH"), "/v1/finetuning/finetuned-models/" + model) { Content = body };
                using HttpResponseMessage answer = await client.SendAsync(request);
                Assert.True(answer.IsSuccessStatusCode);
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
        }

        Assert.Equal(0, await missed);
        Assert.True(looks > 1000);
    }

    [Fact]
    public void Only_one_emulator_at_a_time_can_use_a_folder()
    {
        using (Client(jobDurationMs: 0))
        {
            IOException error = Assert.Throws<IOException>(() => Client(jobDurationMs: 0));
            Assert.Contains("another emulator is using it", error.Message, StringComparison.Ordinal);
        }

        Client(jobDurationMs: 0).Dispose();
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_folder_is_released()
    {
        string id;
        using (HttpClient client = Client(jobDurationMs: 0))
        {
            id = (await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts)).Id();
        }

        string file = Path.Combine(_folder, "datasets", id + ".json");
        await File.WriteAllTextAsync(file, "{");
        Assert.Contains(file, Assert.Throws<IOException>(() => Client(jobDurationMs: 0)).Message, StringComparison.Ordinal);
        File.Delete(file);
        Client(jobDurationMs: 0).Dispose();
    }

    [Fact]
    public async Task The_next_emulator_deletes_only_the_folder_of_a_killed_emulator()
    {
        using FileStream used = TemporaryFolder(out string inUse);
        using FileStream killed = TemporaryFolder(out string abandoned);
        using FileStream early = TemporaryFolder(out string justMade);
        killed.Dispose();
        early.Dispose();
        File.SetLastWriteTimeUtc(Path.Combine(inUse, "lock"), DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(Path.Combine(abandoned, "lock"), DateTime.UtcNow.AddHours(-1));
        try
        {
            using HttpClient client = StoreSamples.Client();
            await StoreSamples.DatasetAsync(client, StoreSamples.TwoTexts);

            Assert.False(Directory.Exists(abandoned));
            Assert.True(Directory.Exists(inUse));
            Assert.True(Directory.Exists(justMade));
        }
        finally
        {
            used.Dispose();
            Directory.Delete(inUse, recursive: true);
            Directory.Delete(justMade, recursive: true);
        }
    }

    // Simulates an emulator in another process.
    private static FileStream TemporaryFolder(out string folder)
    {
        folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "CohereEmulator-" + Guid.NewGuid().ToString("N"))).FullName;
        return new FileStream(Path.Combine(folder, "lock"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
    }

    private static string EmbedJob(string dataset) => $$"""{"dataset_id":"{{dataset}}","model":"embed-english-v3.0","input_type":"clustering"}""";

    private static async Task<string> CreateAsync(HttpClient client, string path, string body, Func<JsonElement, string> id)
    {
        using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "POST", path, body);
        Assert.True(answer.Status == 200, answer.Body);
        return id(answer.Json);
    }

    private static async Task<string> BatchAsync(HttpClient client)
    {
        const string Row = """{"custom_id":"1","body":{"messages":[{"role":"user","content":"Hi"}]}}""";
        string dataset = (await StoreSamples.DatasetAsync(client, Row, "name=b&type=batch-chat-v2-input")).Id();
        string body = $$"""{"name":"b","input_dataset_id":"{{dataset}}","model":"{{EmulatedAnswer.Model}}"}""";
        return await CreateAsync(client, "/v2/batches", body, json => json.GetProperty("batch").Id());
    }

    private static async Task<string> ModelAsync(HttpClient client)
    {
        string dataset = (await StoreSamples.DatasetAsync(client, Label, "name=l&type=single-label-classification-finetune-input")).Id();
        string body = $$$"""{"name":"m","settings":{"base_model":{"base_type":"BASE_TYPE_CLASSIFICATION"},"dataset_id":"{{{dataset}}}"}}""";
        return await CreateAsync(client, "/v1/finetuning/finetuned-models", body, json => json.GetProperty("finetuned_model").Id());
    }

    private static async Task<string[]> BodiesAsync(HttpClient client, IEnumerable<string> paths)
    {
        var bodies = new List<string>();
        foreach (string path in paths)
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", path);
            Assert.True(answer.Status == 200, answer.Body);
            bodies.Add(answer.Body);
        }

        return [.. bodies];
    }

    private HttpClient Client(int jobDurationMs) =>
        StoreSamples.Client(new CohereEmulatorOptions { JobDurationMs = jobDurationMs, ValidationDurationMs = 0, StatePath = _folder });
}
