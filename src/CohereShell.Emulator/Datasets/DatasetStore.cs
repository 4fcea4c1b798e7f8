namespace CohereShell.Emulation;

/// <summary>The datasets of an emulator, and their files.</summary>
internal sealed class DatasetStore
{
    /// <exception cref="IOException">The content of the folder can't be read.</exception>
    internal DatasetStore(EmulatorStore store, TimeSpan validationDuration, TimeSpan downloadUrlLifetime)
    {
        Store = store;
        ValidationDuration = validationDuration;
        Items = store.Open<StoredDataset>("datasets", "dataset", id => UploadValidation.Start(this, id));
        Files.DeleteAllBut(Items.All().SelectMany(dataset => dataset.Files));
        Downloads = new DownloadService(this, downloadUrlLifetime);
    }

    internal EmulatorStore Store { get; }

    internal StoredFiles Files => Store.Files;

    internal StoredSet<StoredDataset> Items { get; }

    internal DownloadService Downloads { get; }

    internal TimeSpan ValidationDuration { get; }

    /// <summary>Creates a file for the body of an upload.</summary>
    internal UploadBody NewUpload()
    {
        string name = Files.NewName(".upload");
        return new UploadBody(name, Files.PathOf(name));
    }

    /// <summary>Waits while files don't belong to a dataset yet. If the wait is canceled, it deletes the files.</summary>
    internal async Task HoldAsync(IEnumerable<StoredPart> parts, Func<Task> wait)
    {
        try
        {
            await wait().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Delete(parts.Select(part => part.File));
            throw;
        }
    }

    internal void Delete(IEnumerable<string> files)
    {
        foreach (string file in files)
        {
            try
            {
                Files.Delete(file);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another process is reading the file on Windows. It's deleted when the emulator stops.
            }
        }
    }
}
