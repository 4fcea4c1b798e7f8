using System.Globalization;
using System.Text;

namespace CohereShell.Prompt;

/// <summary>
/// Saves the conversations of interactive chats in the user's folder for application state, so that /resume can continue
/// them. Only the user can read the files. The oldest ones are deleted.
/// </summary>
internal sealed class ChatAutosave(string folder)
{
    /// <summary>The maximum number of conversations.</summary>
    public const int Most = 20;

    private const string Prefix = "chat-";
    private const string Suffix = ".json";

    private string? _path;

    /// <summary>The folder of the current user.</summary>
    public static string DefaultFolder
    {
        get
        {
            string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } set && Path.IsPathRooted(set) && !IsWindows ? set
                : IsWindows ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(state, "CohereShell", "chats");
        }
    }

    public string Folder { get; } = folder;

    private static bool IsWindows => Path.DirectorySeparatorChar == '\\';

    /// <summary>Saves the conversation. Later calls replace the file until <see cref="Begin"/>.</summary>
    /// <exception cref="IOException">It can't be saved.</exception>
    /// <exception cref="UnauthorizedAccessException">You don't have permission to save it.</exception>
    public void Save(ChatConversation conversation)
    {
        CreateFolder();
        _path ??= Path.Combine(Folder, Prefix + DateTime.UtcNow.ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture) + "-" + Guid.NewGuid().ToString("N").Substring(0, 4) + Suffix);
        Write(_path, Encoding.UTF8.GetBytes(conversation.ToJson() + "\n"));
        foreach (string old in Files().Skip(Most))
        {
            File.Delete(old);
        }
    }

    /// <summary>Begins another conversation, which gets another file.</summary>
    public void Begin() => _path = null;

    /// <summary>The saved conversations, newest first, without the current one.</summary>
    public IReadOnlyList<string> Others() => Files().Where(file => file != _path).ToArray();

    /// <summary>Continues a saved conversation in its file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public ChatConversation Resume(string file)
    {
        ChatConversation conversation = ChatConversation.Load(file);
        _path = file;
        return conversation;
    }

    // The time of the last answer decides: an old conversation can have been continued.
    private IEnumerable<string> Files() => Directory.Exists(Folder)
        ? Directory.GetFiles(Folder, Prefix + "*" + Suffix)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .ThenByDescending(file => file, StringComparer.Ordinal)
        : [];

    private void CreateFolder()
    {
#if NET
        if (!OperatingSystem.IsWindows() && !Directory.Exists(Folder))
        {
            // The folders above get the usual mode.
            Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
            Directory.CreateDirectory(Folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
#endif
        // On Windows, the folder inherits the permissions of the user's profile.
        Directory.CreateDirectory(Folder);
    }

    // The file appears only when it is complete, and is never readable by others.
    private static void Write(string path, byte[] content)
    {
        string temporary = path + ".tmp";
        try
        {
            File.Delete(temporary);
#if NET
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var stream = new FileStream(temporary, options))
#else
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
#endif
            {
                stream.Write(content, 0, content.Length);
            }

#if NET
            File.Move(temporary, path, overwrite: true);
#else
            File.Delete(path);
            File.Move(temporary, path);
#endif
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
