using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests.Emulator;

/// <summary>Helpers that upload datasets, wait for jobs and read rows.</summary>
internal static class StoreSamples
{
    internal const string TwoTexts = "{\"text\":\"a cat\",\"page\":1}\n{\"text\":\"a dog\",\"page\":2}\n";

    /// <summary>Options without additional delays.</summary>
    internal static CohereEmulatorOptions AtOnce { get; } = new() { JobDurationMs = 0, ValidationDurationMs = 0 };

    internal static HttpClient Client(CohereEmulatorOptions? options = null) => EmulatedAnswer.Client(options ?? AtOnce);

    internal static async Task<EmulatedAnswer> UploadAsync(
        HttpClient client, string data, string query = "name=test&type=embed-input", string file = "data.jsonl", string? eval = null)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(Encoding.UTF8.GetBytes(data)), "data", file } };
        if (eval is not null)
        {
            form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(eval)), "eval_data", file);
        }

        return await EmulatedAnswer.ToAsync(client, "/v1/datasets?" + query, form);
    }

    /// <summary>Uploads a dataset and waits until its validation has ended.</summary>
    internal static async Task<JsonElement> DatasetAsync(
        HttpClient client, string data, string query = "name=test&type=embed-input", string file = "data.jsonl", string? eval = null)
    {
        using EmulatedAnswer answer = await UploadAsync(client, data, query, file, eval);
        Assert.True(answer.Status == 200, answer.Body);
        return await SettledAsync(client, answer.Json.GetProperty("id").GetString()!);
    }

    internal static async Task<JsonElement> SettledAsync(HttpClient client, string id) =>
        (await WaitAsync(client, "/v1/datasets/" + id, json => json.GetProperty("dataset").GetProperty("validation_status").GetString() is not ("queued" or "processing")))
            .GetProperty("dataset");

    /// <summary>Polls until the response is as expected.</summary>
    internal static async Task<JsonElement> WaitAsync(HttpClient client, string path, Func<JsonElement, bool> until)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using EmulatedAnswer answer = await EmulatedAnswer.ToAsync(client, "GET", path);
            Assert.True(answer.Status == 200, answer.Body);
            JsonElement json = answer.Json;
            if (until(json))
            {
                return json;
            }

            Assert.True(clock.Elapsed < Hang.Limit, "still " + answer.Body);
            await Task.Delay(5);
        }
    }

    /// <summary>
    /// Observes a job. If the computer was too busy to see all states, it observes another one that takes longer.
    /// </summary>
    /// <param name="look">Observes a job that takes the specified number of milliseconds.</param>
    /// <param name="sawAll">Whether all states were seen.</param>
    internal static async Task<T> UnhurriedAsync<T>(Func<int, Task<T>> look, Func<T, bool> sawAll)
    {
        const int Shortest = 500;
        const int Longest = 8000;
        for (int duration = Shortest; ; duration *= 4)
        {
            T seen = await look(duration);
            if (duration >= Longest || sawAll(seen))
            {
                return seen;
            }
        }
    }

    internal static string Id(this JsonElement item) => item.GetProperty("id").GetString()!;

    internal static string Text(this JsonElement item, string name) => item.GetProperty(name).GetString()!;

    internal static IReadOnlyList<JsonElement> Parts(this JsonElement dataset) => [.. dataset.GetProperty("dataset_parts").EnumerateArray()];

    /// <summary>Downloads and reads all rows over the network.</summary>
    internal static async Task<IReadOnlyList<JsonObject>> RowsAsync(JsonElement dataset)
    {
        using var network = new HttpClient();
        var rows = new List<JsonObject>();
        foreach (JsonElement part in dataset.Parts())
        {
            byte[] file = await network.GetByteArrayAsync(part.Text("url"));
            Assert.Equal(part.GetProperty("size_bytes").GetInt64(), file.Length);
            IReadOnlyList<JsonObject> some = Read(file);
            Assert.Equal(part.GetProperty("num_rows").GetInt32(), some.Count);
            rows.AddRange(some);
        }

        return rows;
    }

    /// <summary>Reads the rows of an Avro file with the reader of the module.</summary>
    internal static IReadOnlyList<JsonObject> Read(byte[] file)
    {
        using AvroFile avro = AvroFile.Open(new MemoryStream(file));
        var rows = new List<JsonObject>();
        while (avro.Read())
        {
            rows.Add(JsonObject.Create(avro.ToElement())!);
        }

        return rows;
    }

    internal static async Task<IReadOnlyList<JsonObject>> RowsAsync(HttpClient client, string dataset) => await RowsAsync(await SettledAsync(client, dataset));

    internal static string Json(IEnumerable<JsonObject> rows) => string.Join("\n", rows.Select(row => row.ToJsonString()));
}
